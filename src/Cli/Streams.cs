using System.Text.Json;

namespace Evergraph.Cli;

/// <summary>Where a command writes.</summary>
/// <param name="Output">Answers.</param>
/// <param name="Error">Progress, and the reason where there is no answer.</param>
public sealed record Streams(TextWriter Output, TextWriter Error)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes an answer as JSON.</summary>
    public void WriteJson(object answer) => Output.WriteLine(JsonSerializer.Serialize(answer, Json));

    /// <summary>Writes a table with aligned columns.</summary>
    public void WriteTable(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = header.Select(cell => cell.Length).ToArray();
        foreach (var row in rows)
        {
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        void WriteRow(IReadOnlyList<string> row) =>
            Output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());

        WriteRow(header);
        WriteRow([.. widths.Select(width => new string('-', width))]);
        foreach (var row in rows)
            WriteRow(row);
    }

    /// <summary>Says what long work is at; only where a person watches.</summary>
    public void Progress(string message)
    {
        if (!Console.IsErrorRedirected && ReferenceEquals(Error, Console.Error))
            Error.WriteLine($"… {message}");
    }
}
