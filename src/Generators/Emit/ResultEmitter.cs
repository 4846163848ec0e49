using System.Linq;

namespace Evergraph.Generators;

/// <summary>Writes what a method returns of the tensors that a call gave.</summary>
internal static class ResultEmitter
{
    /// <summary>Writes the call and the return.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="shape">How the method returns.</param>
    /// <param name="count">How many results a tuple has.</param>
    /// <param name="run">The call, which gives a <c>Tensor[]</c>.</param>
    /// <param name="results">A free name.</param>
    public static void EmitReturn(SourceWriter writer, ResultShape shape, int count, string run, string results)
    {
        switch (shape)
        {
            case ResultShape.Nothing:
                writer.Line($"{run};");
                break;
            case ResultShape.One:
                writer.Line($"return {run}[0];");
                break;
            case ResultShape.List:
                writer.Line($"return {run};");
                break;
            default:
                writer.Line($"var {results} = {run};");
                writer.Line($"return ({string.Join(", ", Enumerable.Range(0, count).Select(i => $"{results}[{i}]"))});");
                break;
        }
    }
}
