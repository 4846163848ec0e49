using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// One vector step of a dot product: load elements, multiply them pairwise, add the products to partial sums. A product
/// kernel is written once over this and compiled for each element type and vector width.
/// </summary>
/// <typeparam name="TElement">What the matrices store.</typeparam>
/// <typeparam name="TOperand">A vector of elements as they are multiplied.</typeparam>
/// <typeparam name="TSum">A vector of partial sums.</typeparam>
/// <typeparam name="TResult">What the product stores.</typeparam>
internal unsafe interface IGemmLanes<TElement, TOperand, TSum, TResult>
    where TElement : unmanaged
    where TSum : struct
    where TResult : unmanaged
{
    /// <summary>Elements in one operand.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the left matrix whose sums fit in registers beside four columns.</summary>
    static abstract int TileRows { get; }

    /// <summary>Reads <see cref="Count"/> elements.</summary>
    static abstract TOperand Load(TElement* source);

    /// <summary>Adds the products of two operands to the sums.</summary>
    static abstract TSum MultiplyAdd(TOperand left, TOperand right, TSum sum);

    /// <summary>Adds up the partial sums of four elements, each in an order that depends on nothing but the vector's width.</summary>
    static abstract void Total(TSum s0, TSum s1, TSum s2, TSum s3, TResult* totals);

    /// <summary>Adds a bias.</summary>
    static abstract TResult Add(TResult left, TResult right);
}

/// <summary>Sixteen float32 at a time.</summary>
internal readonly unsafe struct FloatLanes512 : IGemmLanes<float, Vector512<float>, Vector512<float>, float>
{
    public static int Count => Vector512<float>.Count;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, float* totals) =>
        GemmTotals.Store(s0.GetLower() + s0.GetUpper(), s1.GetLower() + s1.GetUpper(), s2.GetLower() + s2.GetUpper(), s3.GetLower() + s3.GetUpper(), totals);

    public static float Add(float left, float right) => left + right;
}

/// <summary>Eight float32 at a time.</summary>
internal readonly unsafe struct FloatLanes256 : IGemmLanes<float, Vector256<float>, Vector256<float>, float>
{
    public static int Count => Vector256<float>.Count;

    public static int TileRows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3, float* totals) =>
        GemmTotals.Store(s0, s1, s2, s3, totals);

    public static float Add(float left, float right) => left + right;
}

/// <summary>Eight float64 at a time.</summary>
internal readonly unsafe struct DoubleLanes512 : IGemmLanes<double, Vector512<double>, Vector512<double>, double>
{
    public static int Count => Vector512<double>.Count;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> sum) =>
        Vector512.FusedMultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3, double* totals) =>
        GemmTotals.Store(s0.GetLower() + s0.GetUpper(), s1.GetLower() + s1.GetUpper(), s2.GetLower() + s2.GetUpper(), s3.GetLower() + s3.GetUpper(), totals);

    public static double Add(double left, double right) => left + right;
}

/// <summary>Four float64 at a time.</summary>
internal readonly unsafe struct DoubleLanes256 : IGemmLanes<double, Vector256<double>, Vector256<double>, double>
{
    public static int Count => Vector256<double>.Count;

    public static int TileRows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> left, Vector256<double> right, Vector256<double> sum) =>
        Vector256.FusedMultiplyAdd(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3, double* totals) =>
        GemmTotals.Store(s0, s1, s2, s3, totals);

    public static double Add(double left, double right) => left + right;
}

/// <summary>
/// Thirty-two int8 at a time, widened to int16. A product of two is at most 2¹⁴, so the sum of two neighbours is exact in
/// int32, and so is the whole sum for fewer than 2¹⁷ terms.
/// </summary>
internal readonly unsafe struct SByteLanes512 : IGemmLanes<sbyte, Vector512<short>, Vector512<int>, int>
{
    public static int Count => Vector512<short>.Count;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(sbyte* source) => Avx512BW.ConvertToVector512Int16(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<short> left, Vector512<short> right, Vector512<int> sum) =>
        sum + Avx512BW.MultiplyAddAdjacent(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector512<int> s0, Vector512<int> s1, Vector512<int> s2, Vector512<int> s3, int* totals) =>
        GemmTotals.Store(s0.GetLower() + s0.GetUpper(), s1.GetLower() + s1.GetUpper(), s2.GetLower() + s2.GetUpper(), s3.GetLower() + s3.GetUpper(), totals);

    public static int Add(int left, int right) => left + right;
}

/// <summary>Sixteen int8 at a time, widened to int16; on any processor.</summary>
internal readonly unsafe struct SByteLanes256 : IGemmLanes<sbyte, Vector256<short>, Vector256<int>, int>
{
    public static int Count => Vector256<short>.Count;

    public static int TileRows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(sbyte* source)
    {
        var (lower, upper) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<short> left, Vector256<short> right, Vector256<int> sum)
    {
        if (Avx2.IsSupported)
            return sum + Avx2.MultiplyAddAdjacent(left, right);
        var (leftLower, leftUpper) = Vector256.Widen(left);
        var (rightLower, rightUpper) = Vector256.Widen(right);
        return sum + (leftLower * rightLower) + (leftUpper * rightUpper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Total(Vector256<int> s0, Vector256<int> s1, Vector256<int> s2, Vector256<int> s3, int* totals) =>
        GemmTotals.Store(s0, s1, s2, s3, totals);

    public static int Add(int left, int right) => left + right;
}
