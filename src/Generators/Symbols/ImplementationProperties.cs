using System.Collections.Generic;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>Reads and checks the named arguments of an <c>[Implementation]</c>.</summary>
internal static class ImplementationProperties
{
    private const string Space = "global::Evergraph.CustomOps.Dispatch.";
    private const string Vendor = "Vendor";

    // They separate ids and vendors in policies; a star stands for all vendors.
    private const string NotInIds = ",;|:= \t\r\n";
    private const string NotInVendors = NotInIds + "*";

    /// <summary>Initialisers of an <c>Implementation</c>, such as <c>Vendor = "nvidia"</c>; what is not given keeps its own default.</summary>
    public static EquatableArray<string> Read(
        IMethodSymbol method, AttributeData attribute, OperatorSchema schema, string id, Location place, List<DiagnosticInfo> diagnostics)
    {
        var kind = Attributes.Named(attribute, "Kind");
        var properties = new List<string> { $"Kind = {(kind is { } given ? Attributes.EnumText(given) : Space + "ImplementationKind.Default")}" };
        string? vendor = Attributes.Named(attribute, Vendor)?.Value as string;
        CheckVendor(kind is { } named ? Attributes.EnumMember(named) ?? $"{named.Value}" : "Default", vendor, schema, id, place, diagnostics);
        if (vendor is not null)
            properties.Add($"Vendor = {Literal(vendor)}");
        if (Attributes.Named(attribute, "Priority")?.Value is int priority && priority != 0)
            properties.Add($"Priority = {Literal(priority)}");
        if (Attributes.Named(attribute, "DTypes") is { Kind: TypedConstantKind.Array, Values: { Length: > 0 } dtypes })
            properties.Add($"DTypes = global::Evergraph.Graph.DTypeSet.Of({string.Join(", ", dtypes.Select(Attributes.EnumText))})");
        if (Attributes.Named(attribute, "Platform")?.Value is string platform)
            properties.Add($"Platform = {Literal(platform)}");
        if (Attributes.Named(attribute, "MinimumArchitecture")?.Value is int architecture && architecture != 0)
            properties.Add($"MinimumArchitecture = {Literal(architecture)}");
        if (Attributes.Named(attribute, "Probe")?.Value is string probe)
        {
            CheckProbe(method.ContainingType, probe, schema, id, place, diagnostics);
            properties.Add($"Probe = {Display.FullName(method.ContainingType)}.{Identifiers.Escape(probe)}");
        }

        return new([.. properties]);
    }

    /// <summary>Whether a policy can name this id.</summary>
    public static bool IsId(string text) => text.Length > 0 && !text.Any(letter => NotInIds.Contains(letter));

    private static void CheckVendor(string kind, string? vendor, OperatorSchema schema, string id, Location place, List<DiagnosticInfo> diagnostics)
    {
        if (kind == Vendor && string.IsNullOrWhiteSpace(vendor))
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.VendorDiffers, place, schema.FullName, id, "a Vendor with Kind = Vendor", vendor is null ? "none" : $"'{vendor}'", "name whose library it calls"));
        }
        else if (kind == Vendor && vendor!.Any(letter => NotInVendors.Contains(letter)))
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.VendorDiffers, place, schema.FullName, id, "a Vendor without blanks and without , ; | : = *", $"'{vendor}'", "policies name it"));
        }
        else if (kind != Vendor && vendor is not null)
        {
            diagnostics.Add(DiagnosticInfo.Of(
                Descriptors.VendorDiffers,
                place,
                schema.FullName,
                id,
                "a Vendor only with Kind = Vendor",
                $"Vendor '{vendor}' with Kind = {kind}",
                "set Kind = ImplementationKind.Vendor, or take the vendor out"));
        }
    }

    private static void CheckProbe(
        INamedTypeSymbol type, string probe, OperatorSchema schema, string id, Location place, List<DiagnosticInfo> diagnostics)
    {
        var methods = type.GetMembers(probe).OfType<IMethodSymbol>().ToArray();
        if (methods.Any(method => IsProbe(method) && MethodAccess.Obstacle(method) is null) || methods.Any(method => Display.IsUnknown(method.ReturnType)))
            return;
        string given = methods.Length == 0 ? "none"
            : MethodAccess.Obstacle(methods[0]) is { } obstacle && IsProbe(methods[0]) ? $"{obstacle.Given}: {obstacle.Advice}"
            : $"'{Display.Signature(methods[0])}'";
        diagnostics.Add(DiagnosticInfo.Of(Descriptors.NoProbe, place, schema.FullName, id, probe, type.Name, given));
    }

    private static bool IsProbe(IMethodSymbol method) =>
        method.TypeParameters.Length == 0 && method.Parameters.Length == 0 && method.RefKind == RefKind.None
        && Display.FullName(method.ReturnType) == Space + "Availability";

    private static string Literal(object value) => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)!;
}
