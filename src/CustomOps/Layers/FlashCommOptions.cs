using System.Globalization;

namespace Evergraph.CustomOps.Layers;

/// <summary>
/// What one source says of FlashComm; null leaves it to the next. The sources, strongest first: compile options, a layer's
/// own, the environment, the defaults.
/// </summary>
/// <param name="Threshold">Overlap pays above this many tokens, 0 or more.</param>
/// <param name="Enabled">Whether overlap is allowed.</param>
public sealed record FlashCommOptions(int? Threshold = null, bool? Enabled = null)
{
    /// <summary>The threshold where no source has one.</summary>
    public const int DefaultThreshold = 1000;

    /// <summary>The environment variable of the threshold: a whole number of tokens.</summary>
    public const string ThresholdVariable = "EVERGRAPH_FLASHCOMM_THRESHOLD";

    /// <summary>The environment variable of the switch: 1, true or on; 0, false or off.</summary>
    public const string EnabledVariable = "EVERGRAPH_FLASHCOMM_ENABLED";

    /// <summary>Says nothing.</summary>
    public static FlashCommOptions None { get; } = new();

    /// <summary>Asks the sources in order.</summary>
    /// <param name="compile">Compile options, or those given to <see cref="FlashComm.Enable"/>.</param>
    /// <param name="layer">The layer's own, or null.</param>
    /// <param name="environment">Reads an environment variable; the process's where null.</param>
    /// <exception cref="EvergraphException">A threshold is negative, or a variable that counts is malformed.</exception>
    public static EffectiveFlashComm Resolve(FlashCommOptions? compile, FlashCommOptions? layer, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        return new(
            Check(compile?.Threshold, "the compile options") ?? Check(layer?.Threshold, "the layer's options") ?? ReadThreshold(environment) ?? DefaultThreshold,
            compile?.Enabled ?? layer?.Enabled ?? ReadEnabled(environment) ?? true);
    }

    private static int? Check(int? threshold, string source) => threshold is not < 0 ? threshold : throw new EvergraphException(
        $"{source} give a FlashComm threshold of {threshold}: expected a number of tokens, 0 or more");

    private static int? ReadThreshold(Func<string, string?> environment) => environment(ThresholdVariable) switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threshold) => threshold,
        var text => throw new EvergraphException($"environment variable {ThresholdVariable} is '{text}': expected a whole number of tokens, 0 or more; correct or unset it"),
    };

    private static bool? ReadEnabled(Func<string, string?> environment) => environment(EnabledVariable)?.ToLowerInvariant() switch
    {
        null or "" => null,
        "1" or "true" or "on" => true,
        "0" or "false" or "off" => false,
        var text => throw new EvergraphException($"environment variable {EnabledVariable} is '{text}': expected 1, true, on, 0, false or off; correct or unset it"),
    };
}

/// <summary>What the sources together say.</summary>
/// <param name="Threshold">Overlap pays above this many tokens.</param>
/// <param name="Enabled">Whether overlap is allowed.</param>
public readonly record struct EffectiveFlashComm(int Threshold, bool Enabled);
