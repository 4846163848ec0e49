using System.Numerics;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps;

/// <summary>
/// The sum of the ranks' parts, added in the order they are given: rank 0's first. Every reduction adds this way, so that
/// the same parts give the same bits on every rank, in every collective and on both branches of an operator.
/// </summary>
/// <remarks>float16 and bfloat16 are added in float32 and rounded once, by <see cref="Complete"/>. Integers wrap around.</remarks>
public ref struct RankSum
{
    private readonly Tensor _result;
    private readonly float[]? _wide;
    private bool _started;

    /// <summary>Begins a sum.</summary>
    /// <param name="result">Where it goes; its elements count only after <see cref="Complete"/>.</param>
    public RankSum(Tensor result)
    {
        _result = result;
        if (result.DType is DType.Float16 or DType.BFloat16)
            _wide = new float[result.Elements];
    }

    /// <summary>Adds the next rank's part.</summary>
    /// <param name="part">As many elements of the same type as the result has.</param>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (_wide is not null)
            AddWide(part, _wide);
        else if (_started)
            AddInto(part);
        else
            part.CopyTo(_result.Bytes());
        _started = true;
    }

    /// <summary>Makes the result hold the sum of what was added, of nothing zero.</summary>
    public readonly void Complete()
    {
        if (_wide is not null)
            Casts.Convert(MemoryMarshal.AsBytes<float>(_wide), DType.Float32, _result.Bytes(), _result.DType);
        else if (!_started)
            _result.Bytes().Clear();
    }

    private static void Add<T>(ReadOnlySpan<byte> part, Tensor result)
        where T : unmanaged, IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        var sum = result.Span<T>();
        TensorPrimitives.Add(sum, MemoryMarshal.Cast<byte, T>(part), sum);
    }

    private readonly void AddWide(ReadOnlySpan<byte> part, Span<float> sum)
    {
        Span<float> chunk = stackalloc float[256];
        for (int i = 0; i < sum.Length; i += chunk.Length)
        {
            var block = sum[i..Math.Min(sum.Length, i + chunk.Length)];
            var wide = chunk[..block.Length];
            Casts.Convert(part.Slice(i * _result.DType.Size(), block.Length * _result.DType.Size()), _result.DType, MemoryMarshal.AsBytes(wide), DType.Float32);
            TensorPrimitives.Add(block, wide, block);
        }
    }

    private readonly void AddInto(ReadOnlySpan<byte> part)
    {
        switch (_result.DType)
        {
            case DType.Float32:
                Add<float>(part, _result);
                break;
            case DType.Float64:
                Add<double>(part, _result);
                break;
            case DType.Int8:
                Add<sbyte>(part, _result);
                break;
            case DType.UInt8:
                Add<byte>(part, _result);
                break;
            case DType.Int32:
                Add<int>(part, _result);
                break;
            case DType.Int64:
                Add<long>(part, _result);
                break;
            default:
                throw new EvergraphException($"a sum over ranks is of numbers: expected a floating-point or integer type, given {_result.DType.Name()}");
        }
    }
}
