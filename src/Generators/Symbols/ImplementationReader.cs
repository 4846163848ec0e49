using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Reads the <c>[Implementation]</c> attributes of a method: checks it against each operator, and takes what the emitter needs.</summary>
internal static class ImplementationReader
{
    private const string CustomOpAttribute = "global::Evergraph.Graph.CustomOpAttribute";

    // What Evergraph.Graph.Backend.Reference holds.
    private const string Reference = "reference";

    /// <summary>One reading for each attribute; only one where the method itself cannot be called.</summary>
    public static EquatableArray<ImplementationReading> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        if (MethodAccess.Obstacle(method) is { } obstacle)
        {
            var error = DiagnosticInfo.Of(
                Descriptors.NotCallable, method.Locations[0], NameOf(method), obstacle.Given, obstacle.Advice);
            return new([new(null, null, new([error]))]);
        }

        return new([.. context.Attributes.Select(attribute => ReadAttribute(method, attribute, cancellation)).OfType<ImplementationReading>()]);
    }

    private static ImplementationReading? ReadAttribute(IMethodSymbol method, AttributeData attribute, CancellationToken cancellation)
    {
        // Not a type or not a constant text: the compiler reports that itself.
        if (attribute.ConstructorArguments is not [{ Value: ITypeSymbol type }, { } idConstant] || Display.IsUnknown(type))
            return null;
        var diagnostics = new List<DiagnosticInfo>();
        var place = SchemaReader.AttributeLocation(attribute, cancellation);
        if (ReadOperator(method, type, place, diagnostics) is not { } schema)
            return new(null, null, new([.. diagnostics]));
        string id = idConstant.Value as string ?? "";
        if (!ImplementationProperties.IsId(id))
        {
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.BadId, place, schema.FullName, NameOf(method), id));
            return new(null, null, new([.. diagnostics]));
        }

        CheckOwnKernels(type, schema, id, method, place, diagnostics);
        string? layer = CheckMethod(method, schema, diagnostics);
        var properties = ImplementationProperties.Read(method, attribute, schema, id, place, diagnostics);
        var name = new ImplementationName(schema.FullName, id, NameOf(method), LocationInfo.Of(place));
        if (diagnostics.Count > 0)
            return new(name, null, new([.. diagnostics]));
        return new(name, new(schema, id, Display.FullName(method.ContainingType), method.Name, layer, properties), default);
    }

    /// <summary>The schema of an operator's class; null after an error, or where the class has errors of its own.</summary>
    private static OperatorSchema? ReadOperator(IMethodSymbol method, ITypeSymbol type, Location place, List<DiagnosticInfo> diagnostics)
    {
        var attribute = Attributes.Find(type, CustomOpAttribute);
        if (attribute is { ConstructorArguments: [{ Value: string text }] } && OperatorSchema.TryParse(text, out var schema)
            && ResultShapes.Of(schema) is not null && schema.Arguments.All(argument => ArgumentType.Of(argument.Type) is not null))
        {
            return schema;
        }

        if (attribute is null)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.NotAnOperator, place, NameOf(method), $"{Display.ShortName(type)}, which has no [CustomOp]"));
        else if (type.DeclaringSyntaxReferences.Length == 0)
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.NotAnOperator, place, NameOf(method), $"{Display.ShortName(type)}, whose schema this generator cannot read"));
        return null;
    }

    /// <summary>Ids are compared without case, as dispatch does; those of the kernels declared with the operator are taken.</summary>
    private static void CheckOwnKernels(
        ITypeSymbol type, OperatorSchema schema, string id, IMethodSymbol method, Location place, List<DiagnosticInfo> diagnostics)
    {
        foreach (var own in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (KernelReader.Backends(own).Contains(id, StringComparer.OrdinalIgnoreCase))
            {
                diagnostics.Add(DiagnosticInfo.Of(
                    Descriptors.DuplicateImplementation, place, schema.FullName, id, NameOf(method), $"the operator's own kernel {NameOf(own)}"));
                return;
            }
        }

        if (string.Equals(id, Reference, StringComparison.OrdinalIgnoreCase))
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.DuplicateImplementation, place, schema.FullName, id, NameOf(method), $"{type.Name}'s own [Kernel(Backend.Reference)], which has that id"));
        }
    }

    /// <summary>Compares the method with the schema; gives the type of its parameter <c>layer</c>, or null where it has none.</summary>
    private static string? CheckMethod(IMethodSymbol method, OperatorSchema schema, List<DiagnosticInfo> diagnostics)
    {
        var types = schema.Arguments.Select(argument => ArgumentType.Of(argument.Type)!).ToArray();
        var check = new MethodCheck(schema, types, ResultShapes.Of(schema)!.Value, diagnostics);

        // A schema whose own first parameter is named layer leaves the count to tell.
        bool hasLayer = method.Parameters is [{ Name: "layer" }, ..]
            && (schema.Arguments is not [{ Name: "layer" }, ..] || method.Parameters.Length == types.Length + 1);
        check.CheckKernel(method, hasLayer ? 1 : 0);
        if (!hasLayer)
            return null;
        var layer = method.Parameters[0];
        bool isNullableClass = layer is { RefKind: RefKind.None, Type: { TypeKind: TypeKind.Class, NullableAnnotation: NullableAnnotation.Annotated } };
        if (!isNullableClass && !Display.IsUnknown(layer.Type))
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.LayerType, layer.Locations[0], schema.FullName, method.Name, Display.ShortName(layer)));
        return Display.FullName(layer.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated));
    }

    private static string NameOf(IMethodSymbol method) => $"{method.ContainingType.Name}.{method.Name}";
}
