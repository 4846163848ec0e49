using System.CommandLine;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime;

namespace Evergraph.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Answer as JSON." };

    public static Option<FileInfo[]> Ops() => Assemblies("--ops", "An assembly with operators of your own; may be given several times.");

    public static Option<FileInfo[]> Plugins() => Assemblies("--plugin", "An assembly with implementations of operators; may be given several times.");

    /// <summary>Loads plugins; what fails in one is a warning at the end.</summary>
    public static void Load(IReadOnlyList<FileInfo>? plugins, Dispatcher dispatcher)
    {
        foreach (var plugin in plugins ?? [])
        {
            if (!plugin.Exists)
                throw new EvergraphException($"--plugin {plugin}: there is no such file; build the project with your implementations and name its .dll");
            dispatcher.LoadPlugin(plugin.FullName);
        }
    }

    /// <summary>
    /// Begins, on another thread, to read the policy of dispatch: nothing asks for it before the model is read, and that takes longer. Who asks then is told what is wrong with it.
    /// </summary>
    public static void BeginPolicy(Dispatcher dispatcher) => _ = Task.Run(() => dispatcher.PolicyOf());

    /// <summary>How the options of several commands say that a model is compiled; which backend runs it is not among them.</summary>
    public static CompileOptions Compile(
        ParseResult parsed, Option<int> ranks, Option<FileInfo?> plan, Option<string?> flashComm, OperatorRegistry operators, Dispatcher dispatcher) => new()
        {
            TensorParallel = parsed.GetValue(ranks),
            Plan = ParsePlan(parsed.GetValue(plan)),
            FlashComm = ParseFlashComm(parsed.GetValue(flashComm)),
            Operators = operators,
            Dispatcher = dispatcher,
        };

    public static Option<string?> Backend() => new("--backend")
    {
        Description = "What runs it: onnxruntime or reference. Without it onnxruntime where its library loads, otherwise reference.",
        HelpName = "B",
    };

    /// <summary>Tells which backend ran, on the side: answers are the same on each.</summary>
    public static void Write(Streams streams, BackendChoice choice) => streams.Error.WriteLine($"backend: {choice.Backend.Name} ({choice.Reason})");

    public static Option<int> TensorParallel()
    {
        var option = new Option<int>("--tp") { Description = "Split the model over this many ranks.", DefaultValueFactory = _ => 1, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 64)
                result.AddError($"--tp: expected a number of ranks from 1 to 64, given {result.GetValueOrDefault<int>()}.");
        });
        return option;
    }

    public static Option<FileInfo?> Plan() => new("--tp-plan")
    {
        Description = "Which linear layers --tp splits: lines 'column PATTERN' or 'row PATTERN'. The names of Hugging Face models are known without.",
        HelpName = "FILE",
    };

    public static Option<string?> FlashComm()
    {
        var option = new Option<string?>("--flashcomm")
        {
            Description = "Use maybe-FlashComm operators that overlap above this many tokens, or with 'auto' where that is faster on GPUs; 'off' leaves them out.",
            HelpName = "T|auto|off",
        };
        option.Validators.Add(result => CheckFlashComm(result, result.GetValueOrDefault<string?>()));
        return option;
    }

    /// <summary><c>--flashcomm</c> for comparing several.</summary>
    public static Option<string[]> FlashComms()
    {
        var option = new Option<string[]>("--flashcomm")
        {
            Description = "Use maybe-FlashComm operators that overlap above this many tokens, or with 'auto' where that is faster on GPUs; 'off' leaves them out. Several are compared.",
            HelpName = "T|auto|off",
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                CheckFlashComm(result, token.Value);
        });
        return option;
    }

    private static void CheckFlashComm(System.CommandLine.Parsing.OptionResult result, string? text)
    {
        if (text is not null and not "off" and not "auto" && (!int.TryParse(text, out int threshold) || threshold < 0))
            result.AddError($"--flashcomm: expected a number of tokens, 'auto' or 'off', given '{text}'.");
    }

    public static FlashCommOptions? ParseFlashComm(string? text) =>
        text switch
        {
            null or "off" => null,
            "auto" => new(Enabled: true),
            _ => new(int.Parse(text), Enabled: true),
        };

    public static TensorParallelPlan ParsePlan(FileInfo? file) => file switch
    {
        null => TensorParallelPlan.Default,
        { Exists: false } => throw new EvergraphException($"--tp-plan {file}: there is no such file"),
        _ => TensorParallelPlan.Parse(File.ReadAllText(file.FullName)),
    };

    /// <summary>The parser does not look at the elements of a list before they are asked for; an empty path would come out there.</summary>
    private static Option<FileInfo[]> Assemblies(string name, string description)
    {
        var option = new Option<FileInfo[]>(name) { Description = description, HelpName = "ASSEMBLY.dll" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError($"{name}: expected the path of an assembly, given none.");
        });
        return option;
    }
}
