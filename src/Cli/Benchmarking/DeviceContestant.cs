using Evergraph.Graph;
using Evergraph.Runtime;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Cli.Benchmarking;

/// <summary>A graph on a GPU: inputs and results stay there, as they do between the steps of a program that uses one.</summary>
internal sealed class DeviceContestant(string name, CompiledGraph compiled) : IContestant
{
    private Tensor[] _host = [];
    private DeviceTensor[] _inputs = [];

    public string Name { get; } = name;

    public void Prepare(Tensor[] inputs)
    {
        Release();
        _host = inputs;
        _inputs = [.. inputs.Select(input => DeviceTensor.From(input))];
    }

    public void Run()
    {
        foreach (var result in compiled.RunOnDevice(_inputs))
        {
            result.Wait();
            result.Dispose();
        }
    }

    public Tensor FirstResult()
    {
        var results = compiled.RunOnDevice(_inputs);
        var first = results[0].ToTensor();
        foreach (var result in results)
            result.Dispose();
        return first;
    }

    public RunProfile? Profile() => compiled.Profile(_host);

    public void Dispose()
    {
        Release();
        compiled.Dispose();
    }

    private void Release()
    {
        foreach (var input in _inputs)
            input.Dispose();
        _inputs = [];
    }
}
