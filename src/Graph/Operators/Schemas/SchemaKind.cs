namespace Evergraph.Graph;

/// <summary>The element types of PyTorch's schema language.</summary>
public enum SchemaKind
{
    /// <summary><c>Tensor</c>.</summary>
    Tensor,

    /// <summary><c>SymInt</c>: an integer that may depend on a symbolic size.</summary>
    SymInt,

    /// <summary><c>int</c>: a constant integer.</summary>
    Int,

    /// <summary><c>float</c>.</summary>
    Float,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>str</c>.</summary>
    String,

    /// <summary><c>Scalar</c>: an integer, a floating-point number or a truth value.</summary>
    Scalar,

    /// <summary><c>ScalarType</c>: an element type.</summary>
    ScalarType,

    /// <summary><c>Layout</c>, by its name, such as <c>strided</c>.</summary>
    Layout,

    /// <summary><c>Device</c>, by its name, such as <c>cpu</c>.</summary>
    Device,

    /// <summary><c>MemoryFormat</c>, by its name, such as <c>contiguous_format</c>.</summary>
    MemoryFormat,
}
