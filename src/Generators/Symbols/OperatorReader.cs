using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Evergraph.Generators;

/// <summary>Reads a <c>[CustomOp]</c> class: checks it, and takes what the emitters need.</summary>
internal static class OperatorReader
{
    public static OperatorReading Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var attribute = context.Attributes[0];
        var diagnostics = new List<DiagnosticInfo>();
        CheckClass(type, (TypeDeclarationSyntax)context.TargetNode, diagnostics);
        var schema = SchemaReader.ReadSchema(attribute, diagnostics, cancellation);
        if (schema is null)
            return new(null, null, new([.. diagnostics]));
        var name = new OperatorName(
            schema.FullName, type.Name, LocationInfo.Of(SchemaReader.AttributeLocation(attribute, cancellation)));

        var types = ReadTypes(schema, SchemaReader.AttributeLocation(attribute, cancellation), diagnostics);
        if (types is null || ResultShapes.Of(schema) is not { } results)
            return new(name, null, new([.. diagnostics]));
        var check = new MethodCheck(schema, types, results, diagnostics);
        CheckFake(type, schema, check, diagnostics);
        var kernels = KernelReader.Read(type, schema, check, diagnostics);
        bool hasSplitAxis = OptionalMethods.Find(type, schema, "SplitAxis", "AxisQuery", "AxisSplit?", diagnostics);
        bool hasSample = OptionalMethods.Find(type, schema, "Sample", "SampleBuilder", "OperatorSample", diagnostics);
        if (diagnostics.Count > 0)
            return new(name, null, new([.. diagnostics]));
        string space = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        var model = new OperatorModel(
            space, Identifiers.Escape(type.Name), schema, SchemaReader.ReadTraits(attribute), kernels, hasSplitAxis, hasSample);
        return new(name, model, default);
    }

    private static void CheckClass(INamedTypeSymbol type, TypeDeclarationSyntax syntax, List<DiagnosticInfo> diagnostics)
    {
        var place = syntax.Identifier.GetLocation();
        if (!type.IsStatic || !syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            string given = string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text).Append(syntax.Keyword.Text));
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.ClassNotStaticPartial, place, type.Name, syntax.Identifier.Text, given));
        }

        if (type.ContainingType is { } container)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.ClassNotTopLevel, place, type.Name, $"a class nested in {container.Name}"));
        else if (type.TypeParameters.Length > 0)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.ClassNotTopLevel, place, type.Name, "a generic class"));
        else if (type.IsFileLocal)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.ClassNotTopLevel, place, type.Name, "a file-local class"));

        foreach (string taken in new[] { "Definition", "Adapters" })
        {
            if (type.GetMembers(taken).FirstOrDefault() is { } member)
                diagnostics.Add(DiagnosticInfo.Of(Descriptors.NameTaken, member.Locations[0], type.Name, taken));
        }
    }

    private static List<ArgumentType>? ReadTypes(OperatorSchema schema, Location place, List<DiagnosticInfo> diagnostics)
    {
        int before = diagnostics.Count;
        var types = new List<ArgumentType>();
        foreach (var argument in schema.Arguments)
        {
            if (ArgumentType.Of(argument.Type) is not { } type)
            {
                diagnostics.Add(DiagnosticInfo.Of(
                    Descriptors.UnsupportedType,
                    place,
                    schema.FullName,
                    $"parameter '{argument.Name}'",
                    "a single type, its optional, a list of SymInt, int, float or bool, its optional, Tensor[] or Tensor?[]",
                    argument.Type.ToString()));
            }
            else if (argument.Default is { Kind: SchemaDefaultKind.Constant } value && argument.Type.Kind == SchemaKind.ScalarType
                && InvokeDefault.DTypeName(value.Text) is null)
            {
                diagnostics.Add(DiagnosticInfo.Of(
                    Descriptors.UnsupportedType, place, schema.FullName, $"the default of parameter '{argument.Name}'", InvokeDefault.DTypeNames, value.Text));
            }
            else
            {
                types.Add(type);
            }
        }

        if (ResultShapes.Of(schema) is null)
        {
            string given = string.Join(", ", schema.Returns.Select(result => result.ToString()));
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.UnsupportedType, place, schema.FullName, "the result", "one Tensor, several Tensor, one Tensor[], or ()", given));
        }

        return diagnostics.Count == before ? types : null;
    }

    private static void CheckFake(INamedTypeSymbol type, OperatorSchema schema, MethodCheck check, List<DiagnosticInfo> diagnostics)
    {
        var fakes = type.GetMembers("Fake").OfType<IMethodSymbol>().ToArray();
        if (fakes.Length == 0)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.NoFake, type.Locations[0], schema.FullName, check.FakeReturn, check.FakeParameters));
        else if (fakes.Length > 1)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.SeveralFakes, fakes[1].Locations[0], schema.FullName, $"{fakes.Length}"));
        else
            check.CheckFake(fakes[0]);
    }
}
