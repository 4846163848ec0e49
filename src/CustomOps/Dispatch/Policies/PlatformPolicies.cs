namespace Evergraph.CustomOps.Dispatch;

/// <summary>The platforms' own policies: files that are built in, such as <c>cpu.yaml</c>.</summary>
public static class PlatformPolicies
{
    private const string Folder = "Evergraph.CustomOps.Dispatch.Platforms.";
    private const string Extension = ".yaml";

    /// <summary>The platforms that have a file.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(PlatformPolicies).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The policy of a platform; null where it has no file.</summary>
    /// <param name="platformName">Such as <c>cpu</c>; compared without case.</param>
    public static PolicySource? Of(string platformName)
    {
        if (Names.FirstOrDefault(name => string.Equals(name, platformName, StringComparison.OrdinalIgnoreCase)) is not { } platform)
            return null;
        using var stream = typeof(PlatformPolicies).Assembly.GetManifestResourceStream(Folder + platform + Extension)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        string file = platform + Extension;
        return PolicyFile.Parse(file, line => $"{file}:{line} (built in)", bytes.GetBuffer().AsSpan(0, (int)bytes.Length), knownOperators: []);
    }
}
