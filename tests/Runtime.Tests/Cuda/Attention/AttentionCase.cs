using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

/// <summary>Operands of one call, and what the formula gives for them.</summary>
internal sealed class AttentionCase : IDisposable
{
    private readonly CudaDevice _device;
    private readonly AttentionSignature _signature;
    private readonly AttentionSizes _sizes;

    /// <summary>Draws operands.</summary>
    /// <param name="device">Where.</param>
    /// <param name="signature">What is known before.</param>
    /// <param name="sizes">The sizes.</param>
    /// <param name="random">What draws them.</param>
    /// <param name="gap">Elements between two rows.</param>
    public AttentionCase(CudaDevice device, AttentionSignature signature, AttentionSizes sizes, Random random, int gap = 8)
    {
        _device = device;
        _signature = signature;
        _sizes = sizes;
        Queries = Operand(sizes.Queries, sizes.Heads, sizes.HeadSize);
        Keys = Operand(sizes.Keys, sizes.KeyHeads, sizes.HeadSize);
        Values = Operand(sizes.Keys, sizes.KeyHeads, sizes.ValueSize);
        Result = Operand(sizes.Queries, sizes.Heads, sizes.ValueSize);
        Result.Fill(() => double.NaN);
        if (signature.Mask is not { } type)
            return;
        Mask = new(device, type, [Repeated(sizes.Batch), Repeated(sizes.Heads), Repeated(sizes.Queries), Repeated(sizes.Keys)], [0, 1, 2], gap: 3);
        Mask.Fill(() => random.Next(3) == 0 ? (type == DType.Bool ? 0 : double.NegativeInfinity) : type == DType.Bool ? 1 : Drawn());

        StridedTensor Operand(int tokens, int heads, int size)
        {
            // Tokens outside of heads, or heads outside of tokens.
            var tensor = new StridedTensor(device, signature.Type, [sizes.Batch, tokens, heads, size], random.Next(2) == 0 ? [0, 1, 2] : [0, 2, 1], gap);
            tensor.Fill(Drawn);
            return tensor;
        }

        int Repeated(int size) => random.Next(3) == 0 ? 1 : size;
        double Drawn() => (random.NextDouble() * 4) - 2;
    }

    public StridedTensor Queries { get; }

    public StridedTensor Keys { get; }

    public StridedTensor Values { get; }

    public StridedTensor Result { get; }

    public StridedTensor? Mask { get; }

    /// <summary>Runs the kernel and compares. Throws where a number differs by more than roundings explain.</summary>
    public void Check(KernelLibrary library, AttentionPlan plan, string place)
    {
        using var stream = CudaStream.Create(_device);
        Run(library, plan, stream);
        place += $": {_signature}, {_sizes}";
        Assert.True(Result.Download(stream) == 0, $"{place}: bytes between the result's rows changed");
        for (int batch = 0; batch < _sizes.Batch; batch++)
            for (int query = 0; query < _sizes.Queries; query++)
                for (int head = 0; head < _sizes.Heads; head++)
                    CheckRow(batch, query, head, place);
    }

    /// <summary>Uploads the operands and runs the kernel.</summary>
    public void Run(KernelLibrary library, AttentionPlan plan, CudaStream stream)
    {
        foreach (var tensor in new[] { Queries, Keys, Values, Result, Mask })
            tensor?.Upload(stream);
        using var workspace = DeviceMemory.Allocate(_device, plan.WorkspaceBytes(_sizes));
        new AttentionKernel(plan, library.Compile(plan.Sources))
            .Run(stream, _sizes, Queries.Operand, Keys.Operand, Values.Operand, Result.Operand, Mask?.Mask ?? default, workspace.Address);
        stream.Synchronize();
    }

    public void Dispose()
    {
        Queries.Dispose();
        Keys.Dispose();
        Values.Dispose();
        Result.Dispose();
        Mask?.Dispose();
    }

    private void CheckRow(int batch, int query, int head, string place)
    {
        int keyHead = head / _sizes.Group, seen = _signature.Causal ? Math.Min(_sizes.Keys, query + 1) : _sizes.Keys;
        double scale = _signature.Scale ?? (1 / Math.Sqrt(_sizes.HeadSize));
        var weights = new double[seen];
        for (int key = 0; key < seen; key++)
        {
            double dot = 0;
            for (int e = 0; e < _sizes.HeadSize; e++)
                dot += Queries[batch, query, head, e] * Keys[batch, key, keyHead, e];
            double entry = Mask?[batch, head, query, key] ?? 0;
            weights[key] = (dot * scale) + (_signature.Mask == DType.Bool ? (entry == 0 ? double.NegativeInfinity : 0) : entry);
        }

        double maximum = weights.DefaultIfEmpty(double.NegativeInfinity).Max();
        bool seesNothing = double.IsNegativeInfinity(maximum);
        for (int key = 0; key < seen; key++)
            weights[key] = seesNothing ? 0 : Math.Exp(weights[key] - maximum);
        double sum = seesNothing ? 1 : weights.Sum();
        // Weights and result are rounded to 16 bits; float32 and float64 round at every step of the sums.
        double rounding = Elements.Rounding(_signature.Type) * (_signature.Type is DType.Float32 or DType.Float64 ? 64 : 1.6);
        for (int column = 0; column < _sizes.ValueSize; column++)
        {
            double exact = 0, size = 0;
            for (int key = 0; key < seen; key++)
            {
                double term = weights[key] / sum * Values[batch, key, keyHead, column];
                exact += term;
                size += Math.Abs(term);
            }

            double given = Result[batch, query, head, column];
            Assert.True(
                Math.Abs(given - exact) <= rounding * (Math.Abs(exact) + size) + 1e-7,
                string.Create(CultureInfo.InvariantCulture, $"{place}: [{batch}, {query}, {head}, {column}]: expected {exact}, given {given}"));
        }
    }
}
