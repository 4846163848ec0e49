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
        var plan = new CallPlan(layout, layout.InputTypes ?? ReadInputs(layout, api, info, (int)count));
        if (plan.Results.Length != (int)results)
            throw new EvergraphException($"{place}: the node has {results} outputs: expected {plan.Results.Length}, as many as the operator's fake says");
        var site = new DispatchSite(custom.Definition, custom.Set.Dispatcher);
        if (site.Resolve(plan.DTypes) is { Chosen: null } resolution)
            throw resolution.None();
        int node = (int)(attributes.Int(AttributeNames.Node) ?? -1);
        return new(plan, site, ConstantOperands(api, info, layout), node, $"{place} at node '{NodeName(api, info)}'", node < 0 ? null : custom.Set.Branches?.Invoke(node));
    }

    private static PreparedOperands ConstantOperands(OrtFunctions api, nint info, CallLayout layout) =>
        new([.. layout.Arguments.Select(argument => argument is TensorArgument tensor && IsConstant(api, info, tensor.Value.Id))]);

    private static bool IsConstant(OrtFunctions api, nint info, int input)
    {
        int isConstant;
        nint value;
        return OrtStatus.Succeeded(api, api.KernelInfoGetConstantInputTensor(info, (nuint)input, &isConstant, &value)) && isConstant != 0;
    }

    private static TensorType[] ReadInputs(CallLayout layout, OrtFunctions api, nint info, int count)
    {
        var reader = new InputTypes(api, layout.Symbols);
        var inputs = new TensorType[count];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = ReadInput(api, info, i, reader, layout.Operator.Name);
        return inputs;
    }

    private static TensorType ReadInput(OrtFunctions api, nint info, int index, InputTypes reader, string place)
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
