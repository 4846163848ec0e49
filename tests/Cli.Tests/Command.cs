using System.Runtime.CompilerServices;
using Evergraph.Samples.CustomOperators;
using Evergraph.Samples.VendorPlugin;

namespace Evergraph.Cli.Tests;

/// <summary>Runs the command as a person would and keeps what it wrote.</summary>
internal sealed record Command(int Status, string Output, string Error)
{
    public static string Operators { get; } = typeof(AscendRowLinear).Assembly.Location;

    public static string VendorPlugin { get; } = typeof(AscendDevice).Assembly.Location;

    public static Command Run(params string[] args) => RunWith([], args);

    /// <summary>Runs it with these environment variables.</summary>
    public static Command RunWith(Dictionary<string, string> environment, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int status = CommandLine.Run(args, output, error, new(new() { Environment = environment }));
        return new(status, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    public static string Fixture(string name) => Path.Combine(Folder(), "..", "fixtures", name);

    /// <summary>Checks that there is no answer but one paragraph that says why.</summary>
    public string Refusal()
    {
        Assert.Equal(CommandLine.BadInput, Status);
        Assert.Empty(Output);
        Assert.StartsWith("evergraph: ", Error);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        return Error["evergraph: ".Length..^1];
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
