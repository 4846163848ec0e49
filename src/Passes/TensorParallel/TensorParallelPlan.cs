using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>How a linear layer is split over ranks.</summary>
public enum LinearSplit
{
    /// <summary>Output features are split: every rank computes some columns of the result.</summary>
    Column,

    /// <summary>Input features are split: every rank computes a partial sum of the whole result.</summary>
    Row,
}

/// <summary>
/// Which linear layers of a model are split, and how, by the names of their modules. Nothing is guessed from the shapes of
/// weights: a layer that no entry names stays whole on every rank.
/// </summary>
/// <param name="entries">
/// Name patterns: the trailing segments of a module path, where <c>*</c> stands for any one segment, such as
/// <c>self_attn.q_proj</c> or <c>layers.*.mlp.down_proj</c>. The first that matches decides.
/// </param>
public sealed class TensorParallelPlan(params IReadOnlyList<(string Pattern, LinearSplit Split)> entries)
{
    /// <summary>
    /// The names that Hugging Face's decoders and encoders use: Qwen, Llama, Mistral, Gemma, OPT, ViT, BERT, T5, Whisper.
    /// </summary>
    public static TensorParallelPlan Default { get; } = new(
        ("q_proj", LinearSplit.Column),
        ("k_proj", LinearSplit.Column),
        ("v_proj", LinearSplit.Column),
        ("gate_proj", LinearSplit.Column),
        ("up_proj", LinearSplit.Column),
        ("o_proj", LinearSplit.Row),
        ("out_proj", LinearSplit.Row),
        ("down_proj", LinearSplit.Row),
        ("fc1", LinearSplit.Column),
        ("fc2", LinearSplit.Row),
        ("attention.query", LinearSplit.Column),
        ("attention.key", LinearSplit.Column),
        ("attention.value", LinearSplit.Column),
        ("self.query", LinearSplit.Column),
        ("self.key", LinearSplit.Column),
        ("self.value", LinearSplit.Column),
        ("intermediate.dense", LinearSplit.Column),
        ("output.dense", LinearSplit.Row),
        ("SelfAttention.q", LinearSplit.Column),
        ("SelfAttention.k", LinearSplit.Column),
        ("SelfAttention.v", LinearSplit.Column),
        ("SelfAttention.o", LinearSplit.Row),
        ("DenseReluDense.wi", LinearSplit.Column),
        ("DenseReluDense.wi_0", LinearSplit.Column),
        ("DenseReluDense.wi_1", LinearSplit.Column),
        ("DenseReluDense.wo", LinearSplit.Row));

    /// <summary>The entries, in order.</summary>
    public IReadOnlyList<(string Pattern, LinearSplit Split)> Entries { get; } = entries;

    /// <summary>Reads a plan: one entry a line, <c>column PATTERN</c> or <c>row PATTERN</c>; <c>#</c> starts a comment.</summary>
    /// <exception cref="EvergraphException">A line is neither; it is named.</exception>
    public static TensorParallelPlan Parse(string text)
    {
        var entries = new List<(string, LinearSplit)>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
                continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || !Enum.TryParse(words[0], ignoreCase: true, out LinearSplit split) || !Enum.IsDefined(split))
                throw new EvergraphException($"tensor-parallel plan, line {i + 1}: expected 'column PATTERN' or 'row PATTERN', given '{line}'");
            entries.Add((words[1], split));
        }

        return new(entries);
    }

    /// <summary>How the linear layer of a module is split, or null where it is not.</summary>
    public LinearSplit? Find(string module)
    {
        foreach (var (pattern, split) in Entries)
        {
            if (ModulePattern.Matches(module, pattern))
                return split;
        }

        return null;
    }
}
