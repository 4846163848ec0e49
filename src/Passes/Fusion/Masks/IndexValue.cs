using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>What is known of a tensor's elements as a function of their own coordinates.</summary>
internal abstract record IndexValue
{
    // Integers up to here are float64s, too.
    private const double Exact = 1L << 53;

    private IndexValue()
    {
    }

    /// <summary>A number that all elements are; for a truth value 0 or 1.</summary>
    public static IndexValue? Of(double number, DType dtype) => dtype switch
    {
        DType.Bool => new Everywhere(number != 0 ? 1 : 0),
        DType.Float64 => new Everywhere(number),
        DType.Float32 => new Everywhere((float)number),
        DType.Float16 => new Everywhere((double)(Half)number),
        DType.BFloat16 => double.IsInfinity(number) || number == 0 || number == 1 ? new Everywhere(number) : RoundedToBFloat16(number),
        _ => Math.Abs(number) <= Exact ? new Everywhere(Math.Truncate(number)) : null,
    };

    /// <summary>constant + Σ stepₖ·iₖ for the elements of an int64 tensor.</summary>
    public static IndexValue Of(Dim constant, IEnumerable<Dim> steps, Shape shape)
    {
        // An axis of size 1 has the one coordinate 0.
        var some = steps.Select((step, axis) => shape[axis].Equals(1) ? 0 : step).ToEquatableArray();
        return some.All(step => step.Equals(0)) && constant.TryGetConstant(out long number) && Math.Abs((double)number) <= Exact
            ? new Everywhere(number)
            : new Affine(constant, some);
    }

    /// <summary>One number where an expression is at least 0, and another elsewhere.</summary>
    public static IndexValue Of(Affine form, double yes, double no, Shape shape)
    {
        if (yes.Equals(no) || (form.Least(shape) is { } least && (least >= 0).Proof == Truth.True))
            return new Everywhere(yes);
        return (-form).Least(shape) is { } most && (most > 0).Proof == Truth.True ? new Everywhere(no) : new Where(form, yes, no);
    }

    /// <summary>The value as an affine one, of a tensor of this rank; null where it is none.</summary>
    public Affine? AsAffine(int rank) => this switch
    {
        Affine affine => affine,
        Everywhere { Number: var number } when Math.Abs(number) <= Exact && number == Math.Truncate(number) =>
            new((long)number, Enumerable.Repeat((Dim)0, rank).ToEquatableArray()),
        _ => null,
    };

    /// <summary>The value of a tensor that this one is broadcast to: axes are added in front.</summary>
    public IndexValue Broadcast(int from, int to) => Renumber(steps => [.. Enumerable.Repeat((Dim)0, to - from), .. steps]);

    /// <summary>The value after axes were added, removed or exchanged.</summary>
    public IndexValue Renumber(Func<EquatableArray<Dim>, IEnumerable<Dim>> steps) => this switch
    {
        Affine affine => affine with { Steps = steps(affine.Steps).ToEquatableArray() },
        Where where => where with { Form = where.Form with { Steps = steps(where.Form.Steps).ToEquatableArray() } },
        _ => this,
    };

    /// <summary>The value after a function of each element; null where it cannot be told.</summary>
    public IndexValue? Map(Func<double, double> function, TensorType type)
    {
        if (this is Everywhere everywhere)
            return Of(function(everywhere.Number), type.DType);
        return this is Where where && Of(function(where.Yes), type.DType) is Everywhere yes && Of(function(where.No), type.DType) is Everywhere no
            ? Of(where.Form, yes.Number, no.Number, type.Shape)
            : null;
    }

    private static Everywhere RoundedToBFloat16(double number) => new((double)(float)(BFloat16)(float)number);

    /// <summary>The same number everywhere.</summary>
    public sealed record Everywhere(double Number) : IndexValue;

    /// <summary>Constant + Σ Stepsₖ·iₖ.</summary>
    public sealed record Affine(Dim Constant, EquatableArray<Dim> Steps) : IndexValue
    {
        public static Affine operator -(Affine a) => new(-a.Constant, a.Steps.Select(step => -step).ToEquatableArray());

        public static Affine operator +(Affine a, Affine b) => new(a.Constant + b.Constant, a.Steps.Zip(b.Steps, (x, y) => x + y).ToEquatableArray());

        public static Affine operator +(Affine a, Dim number) => a with { Constant = a.Constant + number };

        public static Affine operator *(Affine a, Dim factor) => new(a.Constant * factor, a.Steps.Select(step => step * factor).ToEquatableArray());

        /// <summary>Whether all coordinates give the same.</summary>
        public bool IsConstant => Steps.All(step => step.Equals(0));

        /// <summary>The least value over a shape, or null where a step's sign is not known. A shape without elements has any.</summary>
        public Dim? Least(Shape shape)
        {
            var least = Constant;
            for (int axis = 0; axis < Steps.Length; axis++)
            {
                if (Steps[axis].Range.Min >= 0)
                    continue;
                if (Steps[axis].Range.Max > 0)
                    return null;
                least += Steps[axis] * (shape[axis] - 1);
            }

            return least;
        }
    }

    /// <summary>Yes where Form ≥ 0, No elsewhere; a comparison is (1, 0).</summary>
    public sealed record Where(Affine Form, double Yes, double No) : IndexValue
    {
        /// <summary>The same said the other way round: of integers, ¬(f ≥ 0) is −f − 1 ≥ 0.</summary>
        public Where Opposite => new(-Form + -1, No, Yes);
    }
}
