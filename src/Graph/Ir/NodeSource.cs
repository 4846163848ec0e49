namespace Evergraph.Graph;

/// <summary>Where a node comes from in the model.</summary>
/// <param name="Module">The module path, such as <c>model.layers.0.mlp.down_proj</c>; empty where there is none.</param>
/// <param name="File">The source file's name; empty where it is not known.</param>
/// <param name="Line">The line in that file, from 1; 0 where it is not known.</param>
public readonly record struct NodeSource(string Module, string File, int Line)
{
    /// <summary>A source about which nothing is known.</summary>
    public static NodeSource None { get; } = new("", "", 0);

    /// <summary>Text for errors: <c>model.layers.0 (modeling.cs:31)</c>, or less where less is known.</summary>
    public override string ToString()
    {
        string module = Module ?? "";
        if (string.IsNullOrEmpty(File))
            return module;
        string place = $"({Path.GetFileName(File)}:{Line})";
        return module.Length == 0 ? place : $"{module} {place}";
    }
}
