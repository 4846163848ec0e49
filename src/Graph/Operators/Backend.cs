namespace Evergraph.Graph;

/// <summary>Names of backends. A vendor's may be any other text.</summary>
public static class Backend
{
    /// <summary>Managed code that states what an operator means; the oracle of every other backend.</summary>
    public const string Reference = "reference";

    /// <summary>ONNX Runtime on the CPU.</summary>
    public const string OnnxRuntime = "onnxruntime";

    /// <summary>Generated kernels on an NVIDIA GPU.</summary>
    public const string Cuda = "cuda";
}
