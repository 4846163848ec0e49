using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>The errors of the generator. Each says what was expected and what was given, on the author's line.</summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor SchemaDoesNotParse = Error(
        "EVG001", "Schema does not parse", "{0}");

    public static readonly DiagnosticDescriptor ClassNotStaticPartial = Error(
        "EVG002", "Operator is not a static partial class", "{0}: an operator is a static partial class: expected 'static partial class {1}', given '{2} {1}'");

    public static readonly DiagnosticDescriptor ClassNotTopLevel = Error(
        "EVG003", "Operator is nested, generic or file-local", "{0}: expected a class that stands in a namespace, given {1}: move it out");

    public static readonly DiagnosticDescriptor NoFake = Error(
        "EVG004", "Operator has no Fake", "{0}: expected a method 'static {1} Fake({2})', given none");

    public static readonly DiagnosticDescriptor SeveralFakes = Error(
        "EVG005", "Operator has several Fakes", "{0}: expected one method named Fake, given {1}: rename the others");

    public static readonly DiagnosticDescriptor ParameterCountDiffers = Error(
        "EVG006", "Parameter count differs from the schema", "{0}: {1} takes another number of parameters than the schema: expected {2} ({3}), given {4} ({5})");

    public static readonly DiagnosticDescriptor ParameterNameDiffers = Error(
        "EVG007", "Parameter name differs from the schema", "{0}: parameter {1} of {2} has another name than in the schema: expected '{3}', given '{4}'");

    public static readonly DiagnosticDescriptor ParameterTypeDiffers = Error(
        "EVG008", "Parameter type differs from the schema", "{0}: parameter '{1}' of {2} has another type than the schema's '{3}': expected {4}, given {5}");

    public static readonly DiagnosticDescriptor NullabilityDiffers = Error(
        "EVG009", "Parameter nullability differs from the schema", "{0}: parameter '{1}' of {2} has another nullability than the schema's '{3}': expected {4}, given {5}");

    public static readonly DiagnosticDescriptor ReturnDiffers = Error(
        "EVG010", "Return type differs from the schema", "{0}: {1} returns another type than the schema's '{2}': expected {3}, given {4}");

    public static readonly DiagnosticDescriptor DuplicateOperator = Error(
        "EVG011", "Two operators of one name", "{0}: expected one operator of this name in the assembly, given {1} besides {2}: give one of them another name or overload");

    public static readonly DiagnosticDescriptor DuplicateKernel = Error(
        "EVG012", "Two kernels for one backend", "{0}: expected one kernel for backend '{1}', given {2} besides {3}");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(
        "EVG013", "Schema type cannot be used in an operator", "{0}: {1} has a type that operators cannot have: expected {2}, given '{3}'");

    public static readonly DiagnosticDescriptor WrongSignature = Error(
        "EVG014", "Wrong signature", "{0}: {1} has another signature than the generator calls: expected 'static {2}', given '{3}'");

    public static readonly DiagnosticDescriptor NameTaken = Error(
        "EVG015", "Name is the generator's", "{0}: expected no member named {1}, which the generator writes, given one: rename it");

    public static readonly DiagnosticDescriptor GenericMethod = Error(
        "EVG016", "Fake or kernel is generic", "{0}: expected {1} without type parameters, given {1}<{2}>");

    public static readonly DiagnosticDescriptor NotAnOperator = Error(
        "EVG017", "Implementation of a class that is no operator", "{0}: expected the class of an operator, given {1}: name the class that carries [CustomOp]");

    public static readonly DiagnosticDescriptor NotCallable = Error(
        "EVG018", "Implementation cannot be called", "{0}: expected a static method that generated code can call, given {1}: {2}");

    public static readonly DiagnosticDescriptor VendorDiffers = Error(
        "EVG019", "Vendor and kind of an implementation differ", "{0}: implementation '{1}': expected {2}, given {3}: {4}");

    public static readonly DiagnosticDescriptor NoProbe = Error(
        "EVG020", "Implementation has no such probe", "{0}: implementation '{1}': expected a method 'static Availability {2}()' of {3} that generated code can call, given {4}");

    public static readonly DiagnosticDescriptor DuplicateImplementation = Error(
        "EVG021", "Two implementations of one id", "{0}: expected one implementation with id '{1}', given {2} besides {3}: give one of them another id");

    public static readonly DiagnosticDescriptor BadId = Error(
        "EVG022", "Implementation has no valid id", "{0}: implementation {1}: expected an id such as 'vectorized', without blanks and without , ; | : =, given '{2}': policies name it");

    public static readonly DiagnosticDescriptor LayerType = Error(
        "EVG023", "Layer is not a nullable class", "{0}: parameter 'layer' of {1}: expected a nullable class, because a plain call has no layer, given {2}");

    public static readonly DiagnosticDescriptor NotBindable = Error(
        "EVG024", "Method cannot be bound to an operator", "{0}: expected an instance method 'partial {1}(...);' without a body, given {2}: {3}");

    public static readonly DiagnosticDescriptor LayerNotPartial = Error(
        "EVG025", "Layer is not a partial class", "{0}: a method with [DispatchMethod] stands in a partial class: expected 'partial class {1}', given {2}");

    public static readonly DiagnosticDescriptor UnknownOperator = Error(
        "EVG026", "No such operator", "{0}: expected one operator named '{1}', {2}");

    public static readonly DiagnosticDescriptor UnknownParameter = Error(
        "EVG027", "Parameter is not the operator's", "{0}: parameter '{2}' of {1} is not the operator's: expected one of {3}: rename it or take it out");

    public static readonly DiagnosticDescriptor NoArgument = Error(
        "EVG028", "Argument is missing", "{0}: {1} has nothing for the schema's '{2}': expected a parameter '{3}' or an instance member '{4}', given none");

    public static readonly DiagnosticDescriptor AmbiguousMembers = Error(
        "EVG029", "Several members for an argument", "{0}: {1} has several members for the schema's '{2}': expected one, given {3}: rename the others, or take it as a parameter");

    public static readonly DiagnosticDescriptor MemberTypeDiffers = Error(
        "EVG030", "Member type differs from the schema", "{0}: member '{1}', which {2} takes for the schema's '{3}', has another type: expected {4}, given {5}");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Evergraph", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
