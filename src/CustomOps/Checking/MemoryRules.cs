using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Checking;

/// <summary>What a kernel may do with memory: write results of its own, and nothing else.</summary>
internal static class MemoryRules
{
    /// <summary>Checks one run.</summary>
    /// <param name="kernel">What ran.</param>
    /// <param name="inputs">The operands.</param>
    /// <param name="before">The bytes of the operands before the run.</param>
    /// <param name="outputs">The results.</param>
    /// <exception cref="OperatorCheckException">A result shares memory, a bool is neither 0 nor 1, or an input changed.</exception>
    public static void Check(Implementation kernel, EquatableArray<Tensor> inputs, byte[][] before, Tensor[] outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            string place = $"{kernel.Id} kernel: result {i}";
            if (outputs[i] is not { } output)
                throw new OperatorCheckException($"{place} is missing");
            if (inputs.Any(input => ReferenceEquals(input.Storage, output.Storage)))
                throw new OperatorCheckException($"{place} shares memory with an input: return a copy");
            if (outputs.Take(i).Any(other => ReferenceEquals(other.Storage, output.Storage)))
                throw new OperatorCheckException($"{place} shares memory with another result: give each its own");
            if (output.Storage.Length != output.ByteCount)
                throw new OperatorCheckException($"{place} is a part of a larger block: expected {output.ByteCount} bytes, given {output.Storage.Length}");
            if (output.DType == DType.Bool && output.ReadOnlyBytes().IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0)
                throw new OperatorCheckException($"{place} holds a bool that is neither 0 nor 1");
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (!inputs[i].ReadOnlyBytes().SequenceEqual(before[i]))
                throw new OperatorCheckException($"{kernel.Id} kernel: it wrote into operand {i}, which is the caller's");
        }
    }
}
