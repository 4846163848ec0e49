namespace Evergraph.Graph.Tests.Import;

/// <summary>Operators with fakes and no kernels: enough to import the small fixtures and the programs of these tests.</summary>
internal static class TestOperators
{
    public static OperatorRegistry Registry() => new OperatorRegistry().Register(All);

    /// <summary>The operators without those of the given names.</summary>
    public static OperatorRegistry Without(params string[] names) => new OperatorRegistry().Register([.. All.Where(o => !names.Contains(o.Name))]);

    public static OperatorDefinition Define(string schema, FakeFunction fake, OperatorTraits traits = OperatorTraits.Pure) =>
        new(OperatorSchema.Parse(schema), traits, fake, []);

    private static OperatorDefinition[] All { get; } =
    [
        Define("aten::relu(Tensor self) -> Tensor", Same),
        Define("aten::silu(Tensor self) -> Tensor", Same),
        Define("aten::gelu(Tensor self, *, str approximate=\"none\") -> Tensor", Same),
        Define("aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor", Same),
        Define("aten::dropout(Tensor input, float p, bool train) -> Tensor", Same),
        Define("aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor", Same, OperatorTraits.Pure | OperatorTraits.IdentityOnSameType),
        Define("aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor", Same),
        Define("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", Broadcast),
        Define("aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", static a =>
            [a.Tensor(0) with { DType = Promote(a.Tensor(0), a.Scalar(1)) }]),
        Define("aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", Broadcast),
        Define("aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor", Same),
        Define("aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
            static a => [a.Tensor(0) with { DType = a.DType(1) }], OperatorTraits.Pure | OperatorTraits.IdentityOnSameType),
        Define("aten::scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
            static a => [new(a.OptionalDType(1) ?? a.Scalar(0).DType, Shape.Scalar)]),
        Define("aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
            static a => [new(a.OptionalDType(2) ?? a.Scalar(1).DType, Shape.Create(a.Dims(0)))]),
        Define("aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)",
            static a => [new(a.Tensor(0).DType, Shape.Create(a.Tensor(0).Shape.AsSpan()[1..]))], OperatorTraits.Pure | OperatorTraits.View),
        Define("aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]", Split, OperatorTraits.Pure | OperatorTraits.View),
        Define("aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)",
            static a => [new(a.Tensor(0).DType, Shape.Create(a.Dims(1)))], OperatorTraits.Pure | OperatorTraits.View),
        Define("aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)", Reshape, OperatorTraits.Pure | OperatorTraits.View),
        Define("aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", Linear),
        Define("aten::cat(Tensor[] tensors, int dim=0) -> Tensor", Cat),
        Define("aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor", Same),
        Define("aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor", Same),
        Define("aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)", TopK),
        Define("flash::maybe_pad_reduce(Tensor x, float alpha=1.0, SymInt[]? sizes=None, str name=\"tp\") -> Tensor", Same),
        Define("flash::dyn_nz(Tensor x) -> Tensor", static a =>
            [new(DType.Int64, [FakeContext.FreshSymbol(a.Tensor(0).Shape.Elements), a.Tensor(0).Rank])], OperatorTraits.Pure | OperatorTraits.DataDependent),
        Define("vllm::ascend_row_linear_maybe_flashcomm_fp(Tensor input_, Tensor weight, Tensor? bias, int tp_rank, int tp_size, bool reduce_results, int threshold_tokens, bool enabled) -> Tensor",
            static a => [new(a.Tensor(0).DType, [Dim.CeilDiv(a.Tensor(0).Shape[0], a.Int(4)), a.Tensor(1).Shape[0]])]),
    ];

    private static TensorType[] Same(FakeArguments a) => [a.Tensor(0)];

    private static DType Promote(TensorType tensor, Scalar number) =>
        number.DType.Category() > tensor.DType.Category() ? number.DType : tensor.DType;

    private static TensorType[] Broadcast(FakeArguments a)
    {
        var (left, right) = (a.Tensor(0), a.Tensor(1));
        if (left.Rank < right.Rank)
            (left, right) = (right, left);
        for (int i = 1; i <= right.Rank; i++)
        {
            Dim small = right.Shape[right.Rank - i];
            if (!small.Equals(1))
                FakeContext.Require(small == left.Shape[left.Rank - i], "sizes do not broadcast");
        }
        DType type = left.Rank == 0 || right.Rank == 0 && left.DType.Category() >= right.DType.Category() ? left.DType : DTypes.Promote(left.DType, right.DType);
        return [left with { DType = type }];
    }

    private static TensorType[] Linear(FakeArguments a)
    {
        var (input, weight) = (a.Tensor(0), a.Tensor(1));
        FakeContext.Require(input.Shape[input.Rank - 1] == weight.Shape[1], "inner sizes differ");
        return [new(input.DType, input.Shape.With(input.Rank - 1, weight.Shape[0]))];
    }

    private static TensorType[] Cat(FakeArguments a)
    {
        TensorType[] tensors = a.Tensors(0);
        Dim total = 0;
        foreach (TensorType tensor in tensors)
            total += tensor.Shape[0];
        return [new(tensors[0].DType, tensors[0].Shape.With(0, total))];
    }

    private static TensorType[] Split(FakeArguments a)
    {
        TensorType self = a.Tensor(0);
        long parts = self.Shape[0].Value / a.Dim(1).Value;
        return [.. Enumerable.Repeat(self with { Shape = self.Shape.With(0, a.Dim(1)) }, (int)Math.Min(parts, 100))];
    }

    private static TensorType[] Reshape(FakeArguments a)
    {
        Dim elements = a.Tensor(0).Shape.Elements;
        return [new(a.Tensor(0).DType, Shape.Create([.. a.Dims(1).Select(dim => dim.Equals(-1) ? elements : dim)]))];
    }

    private static TensorType[] TopK(FakeArguments a)
    {
        TensorType self = a.Tensor(0);
        FakeContext.Require(a.Dim(1) <= self.Shape[self.Rank - 1], "k is at most the size");
        Shape shape = self.Shape.With(self.Rank - 1, a.Dim(1));
        return [new(self.DType, shape), new(DType.Int64, shape)];
    }
}
