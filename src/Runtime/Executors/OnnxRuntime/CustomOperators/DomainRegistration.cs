using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Model;
using Evergraph.Runtime.OnnxRuntime.Native;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// Makes our domain known to ONNX Runtime before any session of ours or of others needs it. It adds a domain to a table of the process when the
/// first session with it is created, and two sessions that are created at the same time both try: one fails.
/// </summary>
internal static unsafe class DomainRegistration
{
    private static readonly Lazy<bool> Done = new(Register);

    /// <summary>Registers the domain, once for the process.</summary>
    public static void Ensure() => _ = Done.Value;

    /// <summary>Creates a session of nothing, with the domain.</summary>
    private static bool Register()
    {
        var api = OrtLibrary.Instance.Api;
        nint domain = CreateDomain(api), session = 0;
        try
        {
            using var options = new SessionOptions();
            OrtStatus.Check(api, api.AddCustomOpDomain(options.DangerousGetHandle(), domain), "adding our domain");
            var model = Model();
            fixed (byte* bytes = model.Span)
            {
                OrtStatus.Check(
                    api,
                    api.CreateSessionFromArray(OrtLibrary.Environment.DangerousGetHandle(), bytes, (nuint)model.Length, options.DangerousGetHandle(), &session),
                    "registering our domain");
            }

            return true;
        }
        finally
        {
            if (session != 0)
                api.ReleaseSession(session);
            api.ReleaseCustomOpDomain(domain);
        }
    }

    /// <summary>An OrtCustomOpDomain of our name, to be released.</summary>
    public static nint CreateDomain(OrtFunctions api)
    {
        nint domain, name = Marshal.StringToCoTaskMemUTF8(OperatorNames.Domain);
        try
        {
            OrtStatus.Check(api, api.CreateCustomOpDomain((byte*)name, &domain), "creating our domain");
            return domain;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    private static ByteString Model()
    {
        var graph = new OnnxGraph();
        var type = new TensorType(DType.Float32, [1]);
        graph.AddInput("x", type);
        graph.AddNode("Identity", "", ["x"], ["y"], [], "y");
        graph.AddOutput("y", type);
        return OnnxModel.Of(graph).ToByteString();
    }
}
