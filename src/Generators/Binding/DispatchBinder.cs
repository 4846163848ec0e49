using System;
using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>Binds a layer's method to its operator: finds each argument of the schema, and reports what differs.</summary>
internal sealed class DispatchBinder
{
    private readonly DispatchDeclaration _method;
    private readonly OperatorEntry _entry;
    private readonly OperatorSchema _schema;
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private DispatchBinder(DispatchDeclaration method, OperatorEntry entry, OperatorSchema schema)
    {
        _method = method;
        _entry = entry;
        _schema = schema;
    }

    private string MethodName => $"{_method.Layer.Name}.{_method.Name}";

    public static BindingResult Bind(DispatchDeclaration method, OperatorTable operators)
    {
        if (!operators.TryFind(method.Operator, out var entry, out string problem))
            return new(null, new([new(Descriptors.UnknownOperator, method.OperatorPlace, new([$"{method.Layer.Name}.{method.Name}", method.Operator, problem]))]));

        // An operator with errors has them on its own line.
        return entry.Schema.Length > 0 && OperatorSchema.TryParse(entry.Schema, out var schema)
            ? new DispatchBinder(method, entry, schema).Bind()
            : new(null, default);
    }

    private BindingResult Bind()
    {
        CheckReturn();
        string?[] arguments = [.. _schema.Arguments.Select(BindArgument)];
        foreach (var parameter in _method.Parameters)
        {
            if (!_used.Contains(parameter.Name))
                Report(Descriptors.UnknownParameter, parameter.Place, MethodName, parameter.Name, string.Join(", ", _schema.Arguments.Select(argument => argument.Name)));
        }

        if (_diagnostics.Count > 0)
            return new(null, new([.. _diagnostics]));
        string parameters = string.Join(", ", _method.Parameters.Select(parameter => $"{parameter.Prefix}{parameter.Full} {Identifiers.Escape(parameter.Name)}"));
        return new(
            new(
                _method.Layer,
                _method.Name,
                $"{_method.Modifiers} {_method.Return.Full} {Identifiers.Escape(_method.Name)}({parameters})",
                new([.. _method.Parameters.Select(parameter => parameter.Name)]),
                _entry.Class,
                new([.. arguments.OfType<string>()]),
                ResultShapes.Of(_schema)!.Value,
                _schema.Returns.Count,
                DispatchMethodReader.FileName(_method.Place.Path),
                _method.Place.Lines.Start.Line + 1),
            default);
    }

    private void CheckReturn()
    {
        var shape = ResultShapes.Of(_schema)!.Value;
        string expected = ResultShapes.Type(shape, _schema.Returns.Count, "global::Evergraph.Graph.Tensor");
        if ((_method.ReturnShape == expected && !_method.Return.IsReference) || _method.Return.IsUnknown)
            return;
        Report(
            Descriptors.ReturnDiffers, _method.Return.Place, MethodName, ResultShapes.Text(_schema), ResultShapes.Type(shape, _schema.Returns.Count, "Tensor"), _method.Return.Short);
    }

    /// <summary>The expression of one argument: the method's parameter, the layer's member, or the schema's default.</summary>
    private string? BindArgument(SchemaArgument argument)
    {
        var type = new LayerArgumentType(argument.Type);
        var parameter = _method.Parameters.FirstOrDefault(parameter => parameter.Name == argument.Name)
            ?? _method.Parameters.FirstOrDefault(parameter => parameter.Name == SchemaNames.CamelCase(argument.Name));
        if (parameter is not null)
            return BindParameter(argument, parameter, type);
        var members = _method.Members.Where(member => SchemaNames.AreSame(member.Name, argument.Name)).ToArray();
        if (members.Length > 1)
        {
            Report(Descriptors.AmbiguousMembers, _method.Place, MethodName, argument.ToString(), string.Join(", ", members.Select(member => member.Name)));
            return null;
        }

        if (members.Length == 1)
            return BindMember(argument, members[0], type);
        if (InvokeDefault.Value(argument, ArgumentType.Of(argument.Type)!.Invoke) is { } value)
            return value;
        Report(
            Descriptors.NoArgument, _method.Place, MethodName, argument.ToString(), $"{type.Expected} {SchemaNames.CamelCase(argument.Name)}", $"{type.ExpectedOfMember} {SchemaNames.PascalCase(argument.Name)}");
        return null;
    }

    private string? BindParameter(SchemaArgument argument, TypedName parameter, LayerArgumentType type)
    {
        _used.Add(parameter.Name);
        if (type.Takes(parameter.Full) && !parameter.IsReference)
            return Identifiers.Escape(parameter.Name);
        if (!parameter.IsUnknown)
        {
            Report(
                type.DiffersOnlyInNull(parameter.Full) && !parameter.IsReference ? Descriptors.NullabilityDiffers : Descriptors.ParameterTypeDiffers,
                parameter.Place, parameter.Name, MethodName, argument.ToString(), type.Expected, parameter.Short);
        }

        return null;
    }

    private string? BindMember(SchemaArgument argument, TypedName member, LayerArgumentType type)
    {
        string access = $"this.{Identifiers.Escape(member.Name)}";
        if (type.Takes(member.Full))
            return access;
        if (type.TakesParameter(member.Full) is { } suffix)
            return access + suffix;
        if (!member.IsUnknown)
            Report(Descriptors.MemberTypeDiffers, _method.Place, member.Name, MethodName, argument.ToString(), type.ExpectedOfMember, member.Short);
        return null;
    }

    private void Report(DiagnosticDescriptor descriptor, LocationInfo? place, params string[] arguments) =>
        _diagnostics.Add(new(descriptor, place ?? _method.Place, new([_schema.FullName, .. arguments])));
}
