using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>Numbers on which ONNX and PyTorch could differ.</summary>
public class LoweringSemanticsTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
    private const float Inf = float.PositiveInfinity, NaN = float.NaN;

    /// <summary>A call as a sample; long rows, so that vectorised loops and their ends are both seen.</summary>
    private static string? Run(string name, params object?[] arguments)
    {
        var sample = new LoweredSample(Registry.Find(name)!, new SampleBuilder(new Random(0)).Call(arguments), isSymbolic: false);
        return sample.IsLowered ? sample.Run() : $"declined: {sample.Reason}";
    }

    private static SampleTensor Row(params float[] numbers) => Sample(Tensor.From(numbers, numbers.Length));

    private static SampleTensor Sample(Tensor tensor) => new(tensor.Type, EquatableArray.Create<Tensor>([tensor]));

    private static float[] Spread(int count, params float[] special)
    {
        var numbers = Enumerable.Range(0, count).Select(i => MathF.Sin(i)).ToArray();
        for (int i = 0; i < special.Length; i++)
        {
            numbers[i * 7] = special[i];
            numbers[^(i + 1)] = special[i];
        }

        return numbers;
    }

    [Fact]
    public void Probe()
    {
        var special = Row(Spread(67, NaN, Inf, -Inf));
        var lines = new List<string>();
        Tensor T(params long[] n) => Tensor.From(n, n.Length);
        lines.Add($"sum1: {Run("aten::sum", Sample(T((1L << 53) + 1, 1)), null)}");
        lines.Add($"sum2: {Run("aten::sum", Sample(T((1L << 53) + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), null)}");
        lines.Add($"sum3: {Run("aten::sum", Sample(T(long.MaxValue, 1)), null)}");
        lines.Add($"sum4: {Run("aten::sum.dim_IntList", Sample(Tensor.From([(1L << 53) + 1, 1, (1L << 53) + 1, 1], 2, 2)), new long[] { 0 }, false, null)}");
        lines.Add($"sum5: {Run("aten::sum.dim_IntList", Sample(Tensor.From([(1L << 53) + 1, 1, (1L << 53) + 1, 1], 2, 2)), new long[] { 1 }, false, null)}");
        lines.Add($"sum6: {Run("aten::sum.dim_IntList", Sample(Tensor.From([(1L << 53) + 1, 1, (1L << 53) + 1, 1, (1L << 53) + 1, 1, (1L << 53) + 1, 1], 2, 2, 2)), new long[] { 1 }, false, null)}");
        lines.Add($"sum6: {Run("aten::sum.dim_IntList", Sample(Tensor.From([(1L << 53) + 1, 1, (1L << 53) + 1, 1, (1L << 53) + 1, 1, (1L << 53) + 1, 1], 2, 2, 2)), new long[] { 0, 2 }, false, null)}");
        lines.Add($"cumsum: {Run("aten::cumsum", Sample(T((1L << 53) + 1, 1, long.MaxValue)), 0, null)}");
        lines.Add($"prod: {Run("aten::prod", Sample(T((1L << 31) + 1, (1L << 31) + 3)), null)} {Run("aten::prod", Sample(T((1L << 31) + 1, (1L << 32) + 3, 7)), null)} ");
        lines.Add($"max: {Run("aten::max", Sample(T((1L << 53) + 1, (1L << 53))))}  {Run("aten::argmax", Sample(T((1L << 53), (1L << 53) + 1)), null, false)} ");
        lines.Add($"pow: {Run("aten::pow.Tensor_Scalar", Sample(Tensor.From([long.MaxValue, 5, 3037000500], 3)), (Scalar)2)}");
        lines.Add($"mm: {Run("aten::mm", Sample(Tensor.From([long.MaxValue, (1L << 53) + 1], 1, 2)), Sample(Tensor.From([3L, 5], 2, 1)))}");
        lines.Add($"dot: {Run("aten::dot", Sample(T(long.MaxValue, (1L << 53) + 1)), Sample(T(3L, 5)))}");
        lines.Add($"max_pool: {Run("aten::max_pool2d", Sample(Tensor.From(Spread(144, NaN, Inf, -Inf), 1, 1, 12, 12)), new long[] { 2 }, new long[] { 2 }, new long[] { 0 }, new long[] { 1 }, false)}");
        File.WriteAllLines("/tmp/probe.txt", lines);
    }
}
