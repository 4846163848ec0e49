using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>How a kernel's arguments are filled at each call, worked out once: what is the same every time, and where the rest comes from.</summary>
internal sealed class ArgumentPlan
{
    /// <summary>Plans a call.</summary>
    /// <param name="arguments">A node's arguments.</param>
    /// <param name="placeOf">The place where a size has its value at a call.</param>
    public ArgumentPlan(EquatableArray<Argument> arguments, Func<Dim, int> placeOf)
    {
        Template = new KernelArgument[arguments.Length];
        var (tensors, tensorLists) = (new List<(int, int)>(), new List<(int, int[])>());
        var (dims, dimLists) = (new List<(int, int)>(), new List<(int, int[])>());
        for (int i = 0; i < Template.Length; i++)
        {
            switch (arguments[i])
            {
                case TensorArgument tensor:
                    tensors.Add((i, tensor.Value.Id));
                    break;
                case TensorListArgument list:
                    tensorLists.Add((i, [.. list.Items.Select(item => item?.Id ?? -1)]));
                    break;
                case DimListArgument list:
                    dimLists.Add((i, [.. list.Items.Select(placeOf)]));
                    break;
                case DimArgument { Dim.IsConstant: false } dim:
                    dims.Add((i, placeOf(dim.Dim)));
                    break;
                case ScalarArgument { Scalar: { Kind: ScalarKind.Integer, Integer.IsConstant: false } scalar }:
                    dims.Add((i, placeOf(scalar.Integer)));
                    break;
                case var constant:
                    Template[i] = KernelArguments.Bind(constant);
                    break;
            }
        }

        (Tensors, TensorLists, Dims, DimLists) = ([.. tensors], [.. tensorLists], [.. dims], [.. dimLists]);
    }

    /// <summary>The arguments as far as they are the same at every call.</summary>
    public KernelArgument[] Template { get; }

    /// <summary>Arguments that are tensors, by the id of their value.</summary>
    public (int Argument, int Value)[] Tensors { get; }

    /// <summary>Arguments that are lists of tensors; a value of −1 is absent.</summary>
    public (int Argument, int[] Values)[] TensorLists { get; }

    /// <summary>Arguments that are symbolic integers.</summary>
    public (int Argument, int Dim)[] Dims { get; }

    /// <summary>Arguments that are lists of integers; filled anew each time, so that a kernel may use the array.</summary>
    public (int Argument, int[] Dims)[] DimLists { get; }
}

/// <summary>The arguments of one call at a time, which stay where they are: lists are filled in place.</summary>
internal sealed class ArgumentFrame
{
    public ArgumentFrame(ArgumentPlan plan)
    {
        Plan = plan;
        Arguments = [.. plan.Template];
        TensorLists = Array.ConvertAll(plan.TensorLists, list => new Tensor?[list.Values.Length]);
        DimLists = Array.ConvertAll(plan.DimLists, list => new long[list.Dims.Length]);
        for (int i = 0; i < TensorLists.Length; i++)
            Arguments[plan.TensorLists[i].Argument] = KernelArgument.OfReference(TensorLists[i]);
        for (int i = 0; i < DimLists.Length; i++)
            Arguments[plan.DimLists[i].Argument] = KernelArgument.OfReference(DimLists[i]);
    }

    /// <summary>How they are filled.</summary>
    public ArgumentPlan Plan { get; }

    /// <summary>What the kernel is called with.</summary>
    public KernelArgument[] Arguments { get; }

    /// <summary>The lists of tensors in <see cref="Arguments"/>, as <see cref="ArgumentPlan.TensorLists"/> has them.</summary>
    public Tensor?[][] TensorLists { get; }

    /// <summary>The lists of integers in <see cref="Arguments"/>, as <see cref="ArgumentPlan.DimLists"/> has them.</summary>
    public long[][] DimLists { get; }
}
