using System.CommandLine;
using System.Globalization;
using Evergraph.Cli.Models;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Commands;

/// <summary><c>evergraph verify MODEL RECORDED</c>: whether a model gives the numbers that were recorded.</summary>
internal static class VerifyCommand
{
    public static Command Create(Streams streams, Dispatcher dispatcher)
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "A PyTorch export (.pt2)." };
        var recorded = new Argument<FileInfo>("RECORDED") { Description = "A .safetensors file of case{i}.in{j} and case{i}.out{j}." };
        var backend = CommonOptions.Backend();
        var ranks = CommonOptions.TensorParallel();
        var plan = CommonOptions.Plan();
        var flashComm = CommonOptions.FlashComm();
        var rtol = new Option<double>("--rtol") { Description = "Allowed error relative to the expected number.", DefaultValueFactory = _ => 1e-4, HelpName = "R" };
        var atol = new Option<double>("--atol") { Description = "Allowed absolute error.", DefaultValueFactory = _ => 1e-5, HelpName = "A" };
        var ops = CommonOptions.Ops();
        var plugins = CommonOptions.Plugins();
        var json = CommonOptions.Json();
        var w8a8 = new W8A8Options();
        var command = new Command("verify", "Runs every recorded case and compares.") { model, recorded, backend, ranks, plan, flashComm, rtol, atol, ops, plugins, json };
        w8a8.AddTo(command);
        command.SetAction(parsed =>
        {
            var registry = OperatorAssemblies.Load(parsed.GetValue(ops));
            CommonOptions.Load(parsed.GetValue(plugins), dispatcher);
            var choice = Backends.Choose(parsed.GetValue(backend));
            var cases = RecordedCases.Load(parsed.GetRequiredValue(recorded));
            var imported = ModelFile.Load(parsed.GetRequiredValue(model), registry);
            var options = CommonOptions.Compile(parsed, ranks, plan, flashComm, registry, dispatcher) with { Backend = choice.Backend.Name };
            options = options with { Quantization = w8a8.Parse(parsed, imported.Graph, cases, options, streams) };
            streams.Progress("compiling");
            using var compiled = GraphCompiler.Compile(imported.Graph, options);
            var quantized = options.Quantization is null ? null : QuantizedCount.Of(compiled, cases);
            return Verify(streams, compiled, choice, cases, quantized, parsed.GetValue(rtol), parsed.GetValue(atol), parsed.GetValue(json));
        });
        return command;
    }

    private static int Verify(Streams streams, CompiledGraph compiled, BackendChoice choice, IReadOnlyList<RecordedCase> cases, QuantizedCount? quantized, double rtol, double atol, bool json)
    {
        var results = new List<(RecordedCase Case, Comparison Comparison)>();
        foreach (var recorded in cases)
        {
            streams.Progress($"case {recorded.Number} of {cases.Count}");
            var ofRanks = compiled.Ranks == 1 ? [compiled.Run(recorded.Inputs)] : compiled.RunOnRanks(recorded.Inputs);
            var comparison = new Comparison(true, 0, 0, "");
            foreach (var results1 in ofRanks)
                comparison = comparison.And(Compare(results1, recorded, rtol, atol));
            results.Add((recorded, comparison));
            if (!json)
                streams.Output.WriteLine(Describe(recorded, comparison));
        }

        int passed = results.Count(result => result.Comparison.Passed);
        int failed = results.Count - passed;
        if (json)
        {
            streams.WriteJson(new
            {
                backend = compiled.Backend,
                cases = results.Select(result => new
                {
                    number = result.Case.Number,
                    inputs = result.Case.Inputs.Select(input => input.Type.ToString()),
                    result.Comparison.Passed,
                    result.Comparison.WorstAbsolute,
                    result.Comparison.WorstRelative,
                    result.Comparison.Fault,
                }),
                passed,
                failed,
                quantized,
                branches = compiled.Statistics.Branches.Select(branch => new { branch.Operator, source = branch.Source.ToString(), branch.Plain, branch.Fused }),
                compilations = compiled.Statistics.Compilations,
            });
        }
        else
        {
            CommonOptions.Write(streams, choice);
            var branches = compiled.Statistics.Branches;
            if (branches.Count > 0)
                streams.Output.WriteLine($"maybe-nodes: {branches.Count}, plain branch {branches.Sum(branch => branch.Plain)} times, fused branch {branches.Sum(branch => branch.Fused)} times");
            if (quantized is not null)
                streams.Output.WriteLine(quantized);
            streams.Output.WriteLine($"cases: {passed} passed, {failed} failed");
            streams.Output.WriteLine($"compilations: {compiled.Statistics.Compilations}");
        }

        return failed == 0 ? CommandLine.Success : CommandLine.No;
    }

    private static Comparison Compare(Tensor[] given, RecordedCase recorded, double rtol, double atol)
    {
        if (given.Length != recorded.Outputs.Length)
            return new(false, double.PositiveInfinity, double.PositiveInfinity, $"expected {recorded.Outputs.Length} outputs, given {given.Length}");
        var comparison = new Comparison(true, 0, 0, "");
        for (int i = 0; i < given.Length; i++)
        {
            var one = Comparison.Of(given[i], recorded.Outputs[i], rtol, atol);
            comparison = comparison.And(one.Fault.Length == 0 ? one : one with { Fault = $"output {i}: {one.Fault}" });
        }

        return comparison;
    }

    private static string Describe(RecordedCase recorded, Comparison comparison)
    {
        string inputs = string.Join(", ", recorded.Inputs.Select(input => input.Type.ToString()));
        string verdict = comparison.Passed ? "passed" : "FAILED";
        string error = comparison.Fault.Length > 0
            ? comparison.Fault
            : string.Create(CultureInfo.InvariantCulture, $"worst error {comparison.WorstAbsolute:0.0e+00} absolute, {comparison.WorstRelative:0.0e+00} relative");
        return $"case {recorded.Number}: {verdict}: {inputs}: {error}";
    }
}
