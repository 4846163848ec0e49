using Evergraph.CustomOps.Kernels;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// A weight [N, K] of float32 in the order in which products read it, from end to end. It is split into parts only in the cache, when it is its
/// turn: memory gives fewer bytes a second than the processor multiplies.
/// </summary>
internal sealed unsafe class AmxWeight
{
    private readonly AmxBuffer? _buffer;

    /// <summary>Orders a weight, shared among the cores.</summary>
    public AmxWeight(Tensor weight)
    {
        (Columns, Terms) = ((int)weight.Sizes[0], (int)weight.Sizes[1]);
        Steps = AmxPacking.Steps(Terms);
        var buffer = new AmxBuffer((long)AmxPacking.Blocks(Columns) * Steps * AmxPacking.OrderedStep * sizeof(float));
        bool finite = true;
        using var pin = weight.Storage.Pin();
        float* source = (float*)(pin.Pointer + (nint)weight.ByteOffset);
        ParallelLoop.Run(AmxPacking.Blocks(Columns), block =>
        {
            int first = (int)block * AmxBlock.Size;
            float* target = (float*)buffer.Pointer + (block * Steps * AmxPacking.OrderedStep);
            if (!AmxPacking.OrderRight(source + ((long)first * Terms), Math.Min(AmxBlock.Size, Columns - first), Terms, target))
                Volatile.Write(ref finite, false);
        });
        if (finite)
            _buffer = buffer;
        else
            buffer.Free();
    }

    /// <summary>N.</summary>
    public int Columns { get; }

    /// <summary>K.</summary>
    public int Terms { get; }

    /// <summary>Steps of a sum.</summary>
    public int Steps { get; }

    /// <summary>Whether the weight can be split: it has no infinity and no NaN.</summary>
    public bool IsFinite => _buffer is not null;

    /// <summary>A block of 32 columns, from a step on, in float32.</summary>
    public float* Block(int block, int step) => (float*)_buffer!.Pointer + ((((long)block * Steps) + step) * AmxPacking.OrderedStep);
}
