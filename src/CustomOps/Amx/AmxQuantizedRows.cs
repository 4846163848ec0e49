using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evergraph.CustomOps.Amx;

/// <summary>Quantises rows of float32 straight into the tiles of the left operand.</summary>
internal static unsafe class AmxQuantizedRows
{
    private const int VectorFloats = 16;

    // Symmetric: −128 is not used.
    private const float Greatest = 127;

    // Beyond int32 the conversion would give its least number; this far outside int8 a quotient is clamped whatever the zero-point is.
    private const float FarOutside = 1024;

    /// <summary>One scale for each row: <c>s = max|x| / 127</c>, <c>q = round(x / s)</c>, ties to even; a row of zeros stays zeros.</summary>
    /// <returns>Whether all numbers are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool PackDynamic(float* source, int rows, int terms, byte* target, float* scales)
    {
        for (int row = 0; row < rows; row++)
        {
            float* x = source + ((long)row * terms);
            var greatest = Vector512<float>.Zero;
            int at = 0;
            for (; at + VectorFloats <= terms; at += VectorFloats)
                greatest = Vector512.Max(greatest, Vector512.Abs(Vector512.Load(x + at)));
            float most = 0;
            for (int i = 0; i < VectorFloats; i++)
                most = MathF.Max(most, greatest[i]);
            for (; at < terms; at++)
                most = MathF.Max(most, MathF.Abs(x[at]));
            if (!float.IsFinite(most))
                return false;
            scales[row] = most / Greatest;

            // The smallest numbers have a scale that rounds to 0: no quotient is right then.
            if (scales[row] == 0 && most > 0)
                return false;
            PackRow(x, row, terms, target, most == 0 ? 1 : scales[row], 0, Greatest);
        }

        return true;
    }

    /// <summary>The same scale and zero-point for all rows: <c>q = clamp(round(x / scale) + zero_point, −128, 127)</c>, ties to even.</summary>
    /// <returns>Whether all numbers are finite: a NaN would not become the zero-point here.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool PackStatic(float* source, int rows, int terms, byte* target, float scale, int zeroPoint)
    {
        var bad = Vector512<float>.Zero;
        for (int row = 0; row < rows; row++)
            bad += PackRow(source + ((long)row * terms), row, terms, target, scale, zeroPoint, FarOutside);
        return Vector512.EqualsAll(bad, bad);
    }

    /// <returns>Zero, or NaN where the row has a number that is not finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PackRow(float* x, int row, int terms, byte* target, float scale, int zeroPoint, float limit)
    {
        var (divisor, shift) = (Vector512.Create(scale), Vector512.Create(zeroPoint));
        var bad = Vector512<float>.Zero;
        byte* tile = target + (row / 16 * AmxBlock.TileBytes) + (row % 16 * AmxBlock.Int8Depth);
        for (int at = 0; at < terms; at += VectorFloats)
        {
            var numbers = at + VectorFloats <= terms ? Vector512.Load(x + at) : Tail(x + at, terms - at);
            bad += (numbers - numbers);

            var quotient = Vector512.Min(Vector512.Max(numbers / divisor, Vector512.Create(-limit)), Vector512.Create(limit));
            var integers = Avx512F.ConvertToVector512Int32(quotient) + shift;
            Avx512F.ConvertToVector128SByteWithSaturation(integers).AsByte().Store(tile + ((long)(at / AmxBlock.Int8Depth) * AmxBlock.Int8StepBytes) + (at % AmxBlock.Int8Depth));
        }

        return bad;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> Tail(float* x, int count)
    {
        float* padded = stackalloc float[VectorFloats];
        Vector512<float>.Zero.Store(padded);
        for (int i = 0; i < count; i++)
            padded[i] = x[i];
        return Vector512.Load(padded);
    }
}
