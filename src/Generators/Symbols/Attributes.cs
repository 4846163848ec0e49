using System.Linq;
using Microsoft.CodeAnalysis;

namespace Evergraph.Generators;

/// <summary>What attributes hold.</summary>
internal static class Attributes
{
    /// <summary>The first attribute of a class, named from anywhere, or null.</summary>
    public static AttributeData? Find(ISymbol symbol, string fullName) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { } type && Display.FullName(type) == fullName);

    /// <summary>The value of a named argument, or null where it is not given.</summary>
    public static TypedConstant? Named(AttributeData attribute, string name)
    {
        foreach (var pair in attribute.NamedArguments)
        {
            if (pair.Key == name && !pair.Value.IsNull)
                return pair.Value;
        }

        return null;
    }

    /// <summary>An enum's constant by the name of its member; as a cast number where no member has that value.</summary>
    public static string EnumText(TypedConstant constant)
    {
        string type = Display.FullName(constant.Type!);
        return EnumMember(constant) is { } member ? $"{type}.{member}" : $"({type})({constant.Value})";
    }

    /// <summary>The member of an enum that has the constant's value, or null.</summary>
    public static string? EnumMember(TypedConstant constant) => constant.Type!.GetMembers().OfType<IFieldSymbol>()
        .FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, constant.Value))?.Name;
}
