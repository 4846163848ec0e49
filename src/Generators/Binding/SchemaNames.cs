using System;
using System.Linq;

namespace Evergraph.Generators;

/// <summary>A schema's names as C# writes them: <c>position_ids</c> is a parameter <c>positionIds</c> and a member <c>PositionIds</c>.</summary>
internal static class SchemaNames
{
    public static string CamelCase(string name)
    {
        string pascal = PascalCase(name);
        return char.IsUpper(name[0]) ? pascal : char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
    }

    public static string PascalCase(string name)
    {
        var parts = name.Split('_').Where(part => part.Length > 0).ToArray();
        return parts.Length == 0 ? name : string.Concat(parts.Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
    }

    /// <summary>Whether a member has a schema's name, but for case and underscores.</summary>
    public static bool AreSame(string member, string name) =>
        string.Equals(member.Replace("_", ""), name.Replace("_", ""), StringComparison.OrdinalIgnoreCase);
}
