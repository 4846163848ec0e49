using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>The C# types that a layer's method or member may have for one argument of a schema.</summary>
internal sealed class LayerArgumentType(SchemaType type)
{
    private const string Parameter = "global::Evergraph.CustomOps.Layers.Parameter";

    private readonly CSharpType _invoke = ArgumentType.Of(type)!.Invoke;

    // For a SymInt that is a number; for all others the same.
    private readonly CSharpType _kernel = ArgumentType.Of(type)!.Kernel;

    private readonly bool _isTensor = type is { Kind: SchemaKind.Tensor, IsList: false };

    /// <summary>What errors about a parameter expect.</summary>
    public string Expected => _invoke.Short == _kernel.Short ? _invoke.Short : $"{_invoke.Short} or {_kernel.Short}";

    /// <summary>What errors about a member expect.</summary>
    public string ExpectedOfMember => _isTensor ? $"{Expected} or Parameter{(type.IsOptional ? "?" : "")}" : Expected;

    /// <summary>Whether a value of the type goes where the schema's type stands; an optional takes what is always there too.</summary>
    public bool Takes(string given) => Takes(_invoke.Full, given) || Takes(_kernel.Full, given);

    /// <summary>Whether only question marks keep the type from fitting.</summary>
    public bool DiffersOnlyInNull(string given)
    {
        string plain = given.Replace("?", "");
        return plain == _invoke.Full.Replace("?", "") || plain == _kernel.Full.Replace("?", "");
    }

    /// <summary>How the tensor of a layer's parameter is read from a member of the type, or null where that does not fit.</summary>
    public string? TakesParameter(string given) => given switch
    {
        Parameter when _isTensor => ".Value",
        Parameter + "?" when _isTensor && type.IsOptional => "?.Value",
        _ => null,
    };

    private bool Takes(string expected, string given) =>
        given == expected || (type.IsOptional && given + "?" == expected) || (type.IsElementOptional && given == expected.Replace("?[]", "[]"));
}
