using System.CommandLine;
using Evergraph.Cli.Models;
using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime;

namespace Evergraph.Cli.Commands;

/// <summary>The options that make linear layers compute in int8.</summary>
internal sealed class W8A8Options
{
    private readonly Option<string> _mode = new("--w8a8")
    {
        Description = "Let linear layers compute in int8: 'static' by ranges calibrated over the recorded inputs or read with --calibration, 'dynamic' token by token.",
        DefaultValueFactory = _ => "off",
        HelpName = "static|dynamic|off",
    };

    private readonly Option<FileInfo?> _calibration = new("--calibration")
    {
        Description = "Calibrated ranges (.json) of the inputs of linear layers, for --w8a8.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _layers = new("--w8a8-layers")
    {
        Description = "Which linear layers --w8a8 takes: lines 'include PATTERN' or 'exclude PATTERN', the first that matches decides. Without it all but lm_head.",
        HelpName = "FILE",
    };

    public W8A8Options()
    {
        _mode.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not ("static" or "dynamic" or "off"))
                result.AddError($"--w8a8: expected 'static', 'dynamic' or 'off', given '{result.GetValueOrDefault<string>()}'.");
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_mode);
        command.Add(_calibration);
        command.Add(_layers);
    }

    /// <summary>What the options ask for, or null for nothing; calibrates where ranges are needed and none are given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="graph">The model.</param>
    /// <param name="cases">The recorded cases, to calibrate over.</param>
    /// <param name="options">How the model is compiled.</param>
    /// <param name="streams">Where progress is shown.</param>
    public QuantizationOptions? Parse(ParseResult parsed, TensorGraph graph, IReadOnlyList<RecordedCase> cases, CompileOptions options, Streams streams)
    {
        string mode = parsed.GetRequiredValue(_mode);
        var calibration = parsed.GetValue(_calibration);
        var layers = parsed.GetValue(_layers);
        if (mode == "off")
        {
            return (calibration ?? layers) is null ? null : throw new EvergraphException(
                $"{(calibration is null ? _layers.Name : _calibration.Name)} says how linear layers compute in int8: expected --w8a8 static or --w8a8 dynamic beside it, given --w8a8 off");
        }

        var quantization = new QuantizationOptions(mode == "static" ? ActivationQuantization.Static : ActivationQuantization.Dynamic);
        if (layers is not null)
        {
            quantization = quantization with
            {
                Layers = layers.Exists
                    ? QuantizedLayers.Parse(File.ReadAllText(layers.FullName))
                    : throw new EvergraphException($"--w8a8-layers {layers}: there is no such file: expected lines 'include PATTERN' or 'exclude PATTERN'"),
            };
        }

        if (calibration is not null)
            return quantization with { Ranges = CalibrationRanges.Load(calibration.FullName) };
        if (mode == "dynamic")
            return quantization;
        streams.Progress("calibrating");
        return quantization with { Ranges = Calibration.Run(graph, quantization, [.. cases.Select(recorded => recorded.Inputs)], options) };
    }
}
