using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>Names of schemas and assemblies as C# identifiers.</summary>
internal static class Identifiers
{
    /// <summary>The name, with @ before a C# keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>The letters and digits of a name; a letter in front where it begins with a digit.</summary>
    public static string Sanitise(string name)
    {
        string kept = new([.. name.Where(char.IsLetterOrDigit)]);
        return kept.Length == 0 || char.IsDigit(kept[0]) ? "_" + kept : kept;
    }
}
