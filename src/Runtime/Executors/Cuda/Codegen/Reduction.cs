using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>How numbers are combined into one.</summary>
internal enum Reduction
{
    /// <summary>0 + a + b + …, in float32 for the 16-bit types.</summary>
    Sum,

    /// <summary>1 · a · b · …</summary>
    Product,

    /// <summary>The largest; NaN where there is one.</summary>
    Maximum,

    /// <summary>The smallest; NaN where there is one.</summary>
    Minimum,

    /// <summary>The place of the largest, the first of several; that of the first NaN where there is one.</summary>
    PlaceOfMaximum,

    /// <summary>The place of the smallest, the first of several; that of the first NaN where there is one.</summary>
    PlaceOfMinimum,
}

/// <summary>The names under which the prelude of kernels has reductions.</summary>
internal static class Reductions
{
    /// <summary>Whether the result is a place and not a number of the operand's type.</summary>
    public static bool IsPlace(this Reduction reduction) => reduction is Reduction.PlaceOfMaximum or Reduction.PlaceOfMinimum;

    /// <summary>The prelude's type with <c>identity</c> and <c>combine</c> over the accumulator.</summary>
    public static string TypeName(this Reduction reduction, DType dtype)
    {
        string element = CTypes.Of(dtype);
        return reduction switch
        {
            Reduction.Sum => $"Sum<{element}>",
            Reduction.Product => $"Product<{element}>",
            Reduction.Maximum => $"Maximum<{element}>",
            Reduction.Minimum => $"Minimum<{element}>",
            Reduction.PlaceOfMaximum => $"PlaceOf<Maximum<{element}>>",
            _ => $"PlaceOf<Minimum<{element}>>",
        };
    }
}
