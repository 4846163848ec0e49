using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps;

/// <summary>
/// Arithmetic on tensors as model code writes it: <c>a + b</c> is <c>aten::add</c>, with broadcasting and promotion. It
/// computes on real tensors and records on traced ones, like every operator.
/// </summary>
/// <remarks>A C# operator cannot learn its caller's line, so such nodes know their module only.</remarks>
public static class TensorOperators
{
    extension(Tensor)
    {
        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => AddTensor.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Scalar right) => AddScalar.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => SubTensor.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Scalar right) => SubScalar.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The product, element by element.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => MulTensor.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The product, element by element.</summary>
        public static Tensor operator *(Tensor left, Scalar right) => MulScalar.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The quotient, element by element; integers give a floating-point tensor.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => DivTensor.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The quotient, element by element; integers give a floating-point tensor.</summary>
        public static Tensor operator /(Tensor left, Scalar right) => DivScalar.Invoke(left, right, sourceFile: "", sourceLine: 0);

        /// <summary>The negation.</summary>
        public static Tensor operator -(Tensor x) => Neg.Invoke(x, sourceFile: "", sourceLine: 0);
    }
}
