using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Model;
using Evergraph.Runtime.OnnxRuntime.Native;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>
/// One session of ONNX Runtime, made from a lowered graph. Weights are given by address: they are not in the model's bytes, and nothing
/// keeps a copy but what ONNX Runtime packs for its products. One that is dropped is released when it is collected.
/// </summary>
internal sealed unsafe class Session : IDisposable
{
    private readonly OrtFunctions _api;
    private readonly CustomOperatorSet _operators;
    private readonly SessionLog _log;
    private readonly List<PinnedStorage> _pins = [];
    private readonly List<nint> _weights = [];
    private readonly List<nint> _names = [];
    private nint _session;
    private nint _runOptions;
    private bool _isReleased;

    /// <summary>Creates a session.</summary>
    /// <param name="lowered">The graph.</param>
    /// <param name="options">Threads, logging, and what else the official API offers; changed here.</param>
    /// <param name="operators">The operators that run as C# code; owned from here on.</param>
    /// <param name="log">Where ONNX Runtime's messages go; owned from here on.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public Session(LoweredGraphModel lowered, SessionOptions options, CustomOperatorSet operators, SessionLog log)
    {
        _operators = operators;
        _log = log;
        _api = OrtLibrary.Instance.Api;
        try
        {
            operators.AddTo(options.DangerousGetHandle());
            GiveWeights(lowered, options.DangerousGetHandle());
            Create(lowered.Bytes, options.DangerousGetHandle());
        }
        catch
        {
            Dispose();
            throw;
        }

        Inputs = Names(lowered.Inputs);
        Outputs = Names(lowered.Outputs);
        GC.KeepAlive(options);
    }

    /// <summary>The names of the inputs, as C texts.</summary>
    public nint[] Inputs { get; } = [];

    /// <summary>The names of the outputs, as C texts.</summary>
    public nint[] Outputs { get; } = [];

    /// <summary>Runs the session on this thread. Thread-safe.</summary>
    /// <param name="inputs">An OrtValue for each input.</param>
    /// <param name="outputs">An OrtValue for each output, to be written, or 0, to be made.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime failed; what a kernel of ours threw is in <see cref="KernelFailure"/>.</exception>
    public void Run(ReadOnlySpan<nint> inputs, Span<nint> outputs)
    {
        ObjectDisposedException.ThrowIf(_session == 0, this);
        KernelFailure.Forget();
        nint status;
        fixed (nint* inputNames = Inputs, outputNames = Outputs, input = inputs, output = outputs)
            status = _api.Run(_session, _runOptions, inputNames, input, (nuint)inputs.Length, outputNames, (nuint)outputs.Length, output);
        OrtStatus.Check(_api, status, "running the graph");
        GC.KeepAlive(this);
    }

    /// <summary>Nothing that a session refers to has a finalizer of its own, so all of it is still there.</summary>
    ~Session() => Release();

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (_isReleased)
            return;
        _isReleased = true;
        if (_runOptions != 0)
            _api.ReleaseRunOptions(_runOptions);
        if (_session != 0)
            _api.ReleaseSession(_session);
        (_runOptions, _session) = (0, 0);
        _operators.Dispose();
        _log.Dispose();
        foreach (nint weight in _weights)
            Values.Release(weight);
        foreach (var pin in _pins)
            pin.Dispose();
        foreach (nint name in _names)
            Marshal.FreeCoTaskMem(name);
    }

    /// <summary>
    /// Gives the weights twice: while ONNX Runtime optimises it reads copies of its own, which it would keep; the values themselves are
    /// what the session then uses instead, so that no copy outlives its creation.
    /// </summary>
    private void GiveWeights(LoweredGraphModel lowered, nint options)
    {
        nint[] names = new nint[lowered.Weights.Count];
        try
        {
            foreach (var (name, tensor) in lowered.Weights)
            {
                var pin = tensor.Storage.Pin();
                _pins.Add(pin);
                names[_weights.Count] = Marshal.StringToCoTaskMemUTF8(name);
                _weights.Add(Values.Over(tensor, pin));
            }

            nint[] values = [.. _weights];
            fixed (nint* name = names, value = values)
                OrtStatus.Check(_api, _api.AddExternalInitializers(options, (byte**)name, value, (nuint)values.Length), "giving the model its weights");
            for (int i = 0; i < names.Length; i++)
                OrtStatus.Check(_api, _api.AddInitializer(options, (byte*)names[i], values[i]), "giving the session its weights");
        }
        finally
        {
            foreach (nint name in names)
                Marshal.FreeCoTaskMem(name);
        }
    }

    private void Create(ByteString model, nint options)
    {
        nint session, runOptions;
        OrtStatus.Check(_api, _api.CreateRunOptions(&runOptions), "creating run options");
        _runOptions = runOptions;
        KernelFailure.Forget();
        nint status;
        fixed (byte* bytes = model.Span)
            status = _api.CreateSessionFromArray(OrtLibrary.Environment.DangerousGetHandle(), bytes, (nuint)model.Length, options, &session);
        if (status != 0)
        {
            string message = OrtStatus.TakeMessage(_api, status);
            throw new OnnxRuntimeException("creating a session", KernelFailure.Take() is { Exception: var cause } ? $"{cause.Message} ({message})" : message);
        }

        _session = session;
    }

    private nint[] Names(string[] names)
    {
        nint[] texts = Array.ConvertAll(names, Marshal.StringToCoTaskMemUTF8);
        _names.AddRange(texts);
        return texts;
    }
}
