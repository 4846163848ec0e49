using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Evergraph.Generators;

/// <summary>Compares a Fake, a kernel or an implementation with the schema.</summary>
/// <param name="schema">The schema.</param>
/// <param name="types">The C# types of its parameters.</param>
/// <param name="results">How it returns.</param>
/// <param name="diagnostics">Takes the differences.</param>
internal sealed class MethodCheck(
    OperatorSchema schema, IReadOnlyList<ArgumentType> types, ResultShape results, List<DiagnosticInfo> diagnostics)
{
    /// <summary>Checks the Fake, over types.</summary>
    public void CheckFake(IMethodSymbol method) => Check(method, isFake: true, skipped: 0);

    /// <summary>Checks a kernel, over tensors.</summary>
    /// <param name="method">The kernel.</param>
    /// <param name="skipped">How many parameters stand before the schema's.</param>
    public void CheckKernel(IMethodSymbol method, int skipped = 0) => Check(method, isFake: false, skipped);

    /// <summary>The parameters that a Fake must take.</summary>
    public string FakeParameters => Expected(isFake: true);

    /// <summary>What a Fake must return.</summary>
    public string FakeReturn => ResultShapes.Type(results, schema.Returns.Count, "TensorType");

    private void Check(IMethodSymbol method, bool isFake, int skipped)
    {
        if (method.TypeParameters.Length > 0)
        {
            string parameters = string.Join(", ", method.TypeParameters.Select(parameter => parameter.Name));
            Report(Descriptors.GenericMethod, method.Locations[0], schema.FullName, method.Name, parameters);
            return;
        }

        CheckReturn(method, isFake ? "TensorType" : "Tensor");
        int count = method.Parameters.Length - skipped;
        if (count != types.Count)
        {
            string given = string.Join(", ", method.Parameters.Skip(skipped).Select(parameter => $"{Display.ShortName(parameter)} {parameter.Name}"));
            Report(
                Descriptors.ParameterCountDiffers, method.Locations[0], schema.FullName, method.Name, $"{types.Count}", Expected(isFake), $"{count}", given);
            return;
        }

        for (int i = 0; i < types.Count; i++)
            CheckParameter(method.Parameters[i + skipped], method.Name, i, isFake ? types[i].Fake : types[i].Kernel);
    }

    private void CheckParameter(IParameterSymbol parameter, string method, int index, CSharpType expected)
    {
        var argument = schema.Arguments[index];
        if (parameter.Name != argument.Name)
        {
            Report(Descriptors.ParameterNameDiffers, parameter.Locations[0], schema.FullName, $"{parameter.Ordinal + 1}", method, argument.Name, parameter.Name);
            return;
        }

        string given = Display.FullName(parameter.Type);
        if ((given == expected.Full && parameter.RefKind == RefKind.None) || Display.IsUnknown(parameter.Type))
            return;
        bool onlyNullability = given.Replace("?", "") == expected.Full.Replace("?", "") && parameter.RefKind == RefKind.None;
        Report(
            onlyNullability ? Descriptors.NullabilityDiffers : Descriptors.ParameterTypeDiffers,
            parameter.Locations[0], schema.FullName, argument.Name, method, argument.ToString(), expected.Short, Display.ShortName(parameter));
    }

    private void CheckReturn(IMethodSymbol method, string element)
    {
        string full = "global::Evergraph.Graph." + element;
        bool matches = method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            ? results == ResultShape.Tuple && tuple.TupleElements.Length == schema.Returns.Count
                && tuple.TupleElements.All(item => Display.FullName(item.Type) == full)
            : Display.FullName(method.ReturnType) == ResultShapes.Type(results, schema.Returns.Count, full);
        if ((matches && method.RefKind == RefKind.None) || Display.IsUnknown(method.ReturnType))
            return;
        string text = schema.ToString();
        Report(
            Descriptors.ReturnDiffers,
            ReturnLocation(method),
            schema.FullName,
            method.Name,
            text.Substring(text.IndexOf(") -> ", System.StringComparison.Ordinal) + 5),
            ResultShapes.Type(results, schema.Returns.Count, element),
            (method.RefKind == RefKind.None ? "" : "ref ") + Display.ShortName(method.ReturnType));
    }

    private static Location ReturnLocation(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is MethodDeclarationSyntax syntax
            ? syntax.ReturnType.GetLocation()
            : method.Locations[0];

    private string Expected(bool isFake) => string.Join(
        ", ", types.Select((type, i) => $"{(isFake ? type.Fake : type.Kernel).Short} {schema.Arguments[i].Name}"));

    private void Report(DiagnosticDescriptor descriptor, Location location, params string[] arguments) =>
        diagnostics.Add(DiagnosticInfo.Of(descriptor, location, arguments));
}
