using System.CommandLine;
using Evergraph.Cli.Commands;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Cli;

/// <summary>The <c>evergraph</c> command. Exit status 0: success; 1: the answer is no; 2: bad usage or bad input.</summary>
public static class CommandLine
{
    /// <summary>The answer is yes.</summary>
    public const int Success = 0;

    /// <summary>The answer is no: a mismatch, an invalid graph.</summary>
    public const int No = 1;

    /// <summary>The question could not be asked: bad usage or bad input.</summary>
    public const int BadInput = 2;

    /// <summary>Runs one command.</summary>
    /// <param name="args">What was typed after the program's name.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where the reason goes when there is no answer, and progress.</param>
    /// <param name="dispatcher">Chooses implementations; the process's own where it is null.</param>
    public static int Run(string[] args, TextWriter output, TextWriter error, Dispatcher? dispatcher = null)
    {
        var streams = new Streams(output, error);
        dispatcher ??= Dispatcher.Default;
        var root = new RootCommand("The graph compiler for .NET that never recompiles.")
        {
            DemoCommand.Create(streams, dispatcher),
            InspectCommand.Create(streams, dispatcher),
            VerifyCommand.Create(streams, dispatcher),
            ViewCommand.Create(streams, dispatcher),
            BenchCommand.Create(streams, dispatcher),
            OpsCommand.Create(streams, dispatcher),
            OpCheckCommand.Create(streams, dispatcher),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine($"evergraph: {string.Join(" ", parsed.Errors.Select(found => found.Message))} Try 'evergraph --help'.");
            return BadInput;
        }

        try
        {
            return parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (exception is EvergraphException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"evergraph: {exception.Message.ReplaceLineEndings(" ")}");
            return BadInput;
        }
        finally
        {
            // After a refusal as well: what a plugin did not bring may be why.
            WriteFaults(dispatcher, error);
        }
    }

    private static void WriteFaults(Dispatcher dispatcher, TextWriter error)
    {
        foreach (var fault in dispatcher.Plugins.SelectMany(plugin => plugin.Faults.Select(fault => $"plugin {plugin.Name}: {fault.What}: {ImplementationFailure.Describe(fault.Exception)}")))
            error.WriteLine($"evergraph: warning: {fault.ReplaceLineEndings(" ")}");
    }
}
