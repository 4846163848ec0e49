using System.Text;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Makes the kernel of a node when a session is created.</summary>
internal static unsafe class CustomKernelBuilder
{
    /// <summary>Reads a node and plans its calls.</summary>
    /// <exception cref="EvergraphException">The node is no legal call of the operator, or no implementation may run here.</exception>
    public static CustomKernel Build(CustomOperator custom, OrtFunctions api, nint info)
    {
        string place = custom.Definition.Name;
        nuint count, results;
        OrtStatus.Check(api, api.KernelInfoGetInputCount(info, &count), place);
        OrtStatus.Check(api, api.KernelInfoGetOutputCount(info, &results), place);
        var attributes = new KernelAttributes(api, info);
        var layout = CallLayout.Read(custom.Definition, attributes, (int)count);
        var site = new DispatchSite(custom.Definition, custom.Set.Dispatcher);
        int node = (int)(attributes.Int(AttributeNames.Node) ?? -1);
        var kernel = new CustomKernel(layout, (int)results, site)
        {
            Name = $"{place} at node '{NodeName(api, info)}'",
            Prepared = ConstantOperands(api, info, layout),
            Node = node,
            Source = node < 0 ? NodeSource.None : custom.Set.Source?.Invoke(node) ?? NodeSource.None,
            Branches = node < 0 ? null : custom.Set.Branches?.Invoke(node),
        };
        if (TryPlan(kernel, layout, api, info, (int)count) is not { } plan)
            return kernel;
        if (site.Resolve(plan.DTypes) is { Chosen: null } resolution)
            throw resolution.None();
        kernel.Expect(plan);
        return kernel;
    }

    private static PreparedOperands ConstantOperands(OrtFunctions api, nint info, CallLayout layout) =>
        new([.. layout.Arguments.Select(argument => argument is TensorArgument tensor && IsConstant(api, info, tensor.Value.Id))]);

    private static bool IsConstant(OrtFunctions api, nint info, int input)
    {
        int isConstant;
        nint value;
        return OrtStatus.Succeeded(api, api.KernelInfoGetConstantInputTensor(info, (nuint)input, &isConstant, &value)) && isConstant != 0;
    }

    /// <summary>
    /// Plans the node's calls from what is known of its inputs, or gives null: ONNX Runtime loses shapes while it optimises, and then says of
    /// some that they are scalars. What does not fit is planned when calls come.
    /// </summary>
    private static CallPlan? TryPlan(CustomKernel kernel, CallLayout layout, OrtFunctions api, nint info, int count)
    {
        if (layout.InputTypes is { } promised)
            return kernel.Plan(promised);
        if (ReadInputs(layout, api, info, count) is not { } inputs)
            return null;
        try
        {
            return kernel.Plan(inputs);
        }
        catch (EvergraphException) when (inputs.Any(type => type.Rank == 0))
        {
            return null;
        }
    }

    private static TensorType[]? ReadInputs(CallLayout layout, OrtFunctions api, nint info, int count)
    {
        var reader = new InputTypes(api, layout.Symbols);
        var inputs = new TensorType[count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (ReadInput(api, info, i, reader, layout.Operator.Name) is not { } type)
                return null;
            inputs[i] = type;
        }

        return inputs;
    }

    private static TensorType? ReadInput(OrtFunctions api, nint info, int index, InputTypes reader, string place)
    {
        nint type, tensor;
        OrtStatus.Check(api, api.KernelInfoGetInputTypeInfo(info, (nuint)index, &type), $"{place}, input {index}");
        try
        {
            OrtStatus.Check(api, api.CastTypeInfoToTensorInfo(type, &tensor), $"{place}, input {index}");
            return reader.Read(tensor, $"{place}: input {index}");
        }
        finally
        {
            api.ReleaseTypeInfo(type);
        }
    }

    private static string NodeName(OrtFunctions api, nint info)
    {
        nuint bytes;
        if (!OrtStatus.Succeeded(api, api.KernelInfoGetNodeName(info, null, &bytes)))
            return "";
        byte[] text = new byte[bytes];
        fixed (byte* pointer = text)
            return OrtStatus.Succeeded(api, api.KernelInfoGetNodeName(info, pointer, &bytes)) ? Encoding.UTF8.GetString(text, 0, (int)bytes - 1) : "";
    }
}
