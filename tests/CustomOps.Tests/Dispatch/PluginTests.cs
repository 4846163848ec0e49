using System.Reflection;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class PluginTests : IDisposable
{
    private readonly PluginAssembly _assemblies = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly Dispatcher _dispatcher;

    public PluginTests() => _dispatcher = new(new() { Plugins = [], LoggerFactory = _log });

    public void Dispose()
    {
        _assemblies.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void TheHousesOwnBringsTheHotOperatorsWithoutFaults()
    {
        var dispatcher = new Dispatcher();
        var plugin = Assert.Single(dispatcher.Plugins);
        Assert.Equal("Evergraph.CustomOps", plugin.Name);
        Assert.Empty(plugin.Faults);
        Assert.Equal(dispatcher.Implementations.Count, plugin.Registered);
        string[] hot =
        [
            "evergraph::rms_norm", "evergraph::rms_norm.residual", "evergraph::silu_and_mul", "evergraph::rotary_embedding", "aten::softmax.int", "aten::_softmax",
            "aten::add.Tensor", "aten::sub.Tensor", "aten::mul.Tensor", "aten::div.Tensor", "aten::linear", "aten::mm", "aten::bmm", "aten::matmul", "aten::addmm",
            "evergraph::linear_w8a8", "evergraph::linear_w8a8_dynamic", "aten::scaled_dot_product_attention", "evergraph::row_linear_maybe_flashcomm_fp", "evergraph::row_linear_maybe_flashcomm_w8a8",
            "evergraph::column_linear_maybe_flashcomm_fp", "evergraph::column_linear_maybe_flashcomm_w8a8",
        ];
        foreach (string name in hot)
            Assert.Contains(dispatcher.Implementations, implementation => implementation.Operator == name && implementation is { Id: "vectorized", Kind: ImplementationKind.Default });
    }

    [Fact]
    public void AFileBringsItsPlugins()
    {
        int epoch = _dispatcher.Epoch;
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(GoodPlugin), typeof(OtherPlugin)));
        Assert.True(_dispatcher.Epoch > epoch);
        Assert.Equal(["good", "other"], _dispatcher.Plugins.Select(plugin => plugin.Name));
        Assert.Equal("a b", new Calls("test::plugged").Order(_dispatcher, DType.Float32).Replace(" reference", "", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith("Debug 5 plugin good (Plugin", StringComparison.Ordinal) && line.EndsWith(") registered 1 implementations", StringComparison.Ordinal));
    }

    [Fact]
    public void FilesNamedByVariableOrPolicyAreLoadedWhenDispatchIsFirstAsked()
    {
        string file = Path.Combine(_assemblies.Folder, "policy.yaml");
        string inFile = Path.GetFileName(_assemblies.Write(typeof(GoodPlugin)));
        File.WriteAllText(file, $"plugins: [{inFile}]\n");
        var byFile = new Dispatcher(new() { Plugins = [], Environment = new Dictionary<string, string> { ["EVERGRAPH_CONFIG"] = file } });
        Assert.Equal("good", Assert.Single(byFile.Plugins).Name);

        string paths = $"{_assemblies.Write(typeof(GoodPlugin))};{_assemblies.Write(typeof(OtherPlugin))}";
        var byVariable = new Dispatcher(new() { Plugins = [], Environment = new Dictionary<string, string> { ["EVERGRAPH_PLUGINS"] = paths } });
        Assert.Equal("a b reference", new Calls("test::plugged").Order(byVariable));

        byVariable.Reload(new Dictionary<string, string> { ["EVERGRAPH_PLUGINS"] = _assemblies.Write(typeof(HalfPlugin)) });
        Assert.Equal(3, byVariable.Plugins.Count);
    }

    [Theory]
    [InlineData(typeof(ThrowingPlugin), "throwing", "EntryPointNotFoundException: no such driver")]
    [InlineData(typeof(UnmadePlugin), "Evergraph.CustomOps.Tests.Dispatch.UnmadePlugin", "InvalidOperationException: no licence")]
    [InlineData(typeof(NoPlugin), "Evergraph.CustomOps.Tests.Dispatch.NoPlugin", "Evergraph.CustomOps.Tests.Dispatch.NoPlugin is named as a plugin: expected a type that implements IOperatorPlugin and has a public parameterless constructor")]
    public void APluginThatThrowsIsReportedAndEverythingElseWorks(Type plugin, string name, string reason)
    {
        _dispatcher.LoadPlugin(_assemblies.Write(plugin, typeof(OtherPlugin)));
        var report = _dispatcher.Plugins[0];
        Assert.Equal((name, 0), (report.Name, report.Registered));
        Assert.Equal(reason, ImplementationFailure.Describe(Assert.Single(report.Faults).Exception));
        Assert.Contains($"Warning 6 plugin {name} ({report.Source}): {name} could not be registered: {reason}", _log.Lines);
        Assert.Equal("b reference", new Calls("test::plugged").Order(_dispatcher));
    }

    [Fact]
    public void AFileThatIsNoPluginIsReported()
    {
        string text = Path.Combine(_assemblies.Folder, "text.dll"), missing = Path.Combine(_assemblies.Folder, "missing.dll"), empty = _assemblies.Write();
        File.WriteAllText(text, "not an assembly");
        foreach (string path in new[] { text, missing, empty })
            _dispatcher.LoadPlugin(path);
        Assert.Equal(3, _dispatcher.Plugins.Count);
        Assert.IsType<BadImageFormatException>(_dispatcher.Plugins[0].Faults.Single().Exception);
        Assert.IsType<FileNotFoundException>(_dispatcher.Plugins[1].Faults.Single().Exception);
        Assert.Equal(
            "the assembly names no plugin: expected [assembly: OperatorPlugin(typeof(...))], or a method with [Implementation] and a reference to the Evergraph generator",
            _dispatcher.Plugins[2].Faults.Single().Exception.Message);
        Assert.Equal("reference", new Calls("test::plugged").Call(_dispatcher));
    }

    [Fact]
    public void OneMissingFunctionDoesNotDropTheWholePlugin()
    {
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(HalfPlugin)));
        var report = Assert.Single(_dispatcher.Plugins);
        Assert.Equal(1, report.Registered);
        Assert.Equal("test::plugged missing", Assert.Single(report.Faults).What);
        Assert.Equal("there reference", new Calls("test::plugged").Order(_dispatcher));
    }

    [Fact]
    public void WhatClashesStaysOutAndTheRestComesIn()
    {
        _dispatcher.Register(new Calls("test::plugged").Make("THERE"));
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(HalfPlugin), typeof(OtherPlugin)));
        Assert.Equal(0, _dispatcher.Plugins[0].Registered);
        Assert.Equal(
            "test::plugged: implementation id 'there' is registered already, by kind Default: give one of the two another id",
            _dispatcher.Plugins[0].Faults[1].Exception.Message);
        Assert.Equal("b THERE reference", new Calls("test::plugged").Order(_dispatcher));
    }

    [Fact]
    public void AnAssemblyIsLoadedOnce()
    {
        string path = _assemblies.Write(typeof(GoodPlugin));
        _dispatcher.LoadPlugin(path);
        _dispatcher.LoadPlugin(path);
        _dispatcher.LoadPlugin(Assembly.LoadFrom(path));
        Assert.Single(_dispatcher.Plugins);
    }

    [Fact]
    public void AssembliesLoadedLaterBringTheirPluginsToTheNextCall()
    {
        var dispatcher = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        var calls = new Calls("test::plugged");
        var site = new DispatchSite(calls.Definition, dispatcher);
        string before = calls.Call(site);
        Assembly.LoadFrom(_assemblies.Write(typeof(FollowedPlugin)));
        Assert.NotEqual("followed", before);
        Assert.Equal("followed", site.Resolve(DTypeSet.Of(DType.Float32)).Chosen!.Id);
    }

    [Fact]
    public void AssembliesThatAreThereBringTheirPlugins()
    {
        Assembly.LoadFrom(_assemblies.Write(typeof(OtherPlugin)));
        var dispatcher = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        Assert.Contains(dispatcher.Implementations, implementation => implementation is { Operator: "test::plugged", Id: "b" });
    }

    [Fact]
    public void AssembliesThatAreLoadedWhileDispatchIsFrozenBringTheirsAfterIt()
    {
        var dispatcher = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        string path = _assemblies.Write(typeof(ToldPlugin));
        string name = Path.GetFileNameWithoutExtension(path);
        using (dispatcher.Freeze(new()))
        {
            Assembly.LoadFrom(path);
            Assert.DoesNotContain(dispatcher.Plugins, plugin => plugin.Source == name);
        }

        Assert.Contains(dispatcher.Plugins, plugin => plugin.Source == name);
    }

    [Fact]
    public void WhatAPluginBringsAfterItFrozeDispatchStaysOut()
    {
        var calls = new Calls("test::plugged");
        ToldPlugin.Tell(registration =>
        {
            registration.Add(calls.Make("late"));
            _dispatcher.Freeze(new());
        });
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(ToldPlugin)));
        Assert.StartsWith("dispatch is frozen: a plugin loaded now would change choices", Assert.Single(_dispatcher.Plugins[0].Faults).Exception.Message, StringComparison.Ordinal);
        Assert.Equal("reference", calls.Order(_dispatcher));
    }

    [Fact]
    public void OneClashKeepsNoOtherOfThePluginOut()
    {
        var calls = new Calls("test::plugged");
        _dispatcher.Register(calls.Make("a"));
        ToldPlugin.Tell(registration =>
        {
            registration.Add(calls.Make("A"));
            registration.Add(calls.Make("b"));
        });
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(ToldPlugin)));
        Assert.Equal("a b reference", calls.Order(_dispatcher));
    }

    [Fact]
    public void NothingInPlaceOfAnImplementationIsAFault()
    {
        ToldPlugin.Tell(registration => registration.Add("test::plugged", "a", () => null!));
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(ToldPlugin)));
        var fault = Assert.Single(_dispatcher.Plugins[0].Faults);
        Assert.Equal("test::plugged a", fault.What);
        Assert.IsType<ArgumentNullException>(fault.Exception);
    }

    [Fact]
    public void APluginMayAskDispatchWhileItRegisters()
    {
        var calls = new Calls("test::plugged");
        string asked = "";
        string path = _assemblies.Write(typeof(ToldPlugin));
        var dispatcher = new Dispatcher(new() { Plugins = [], Environment = new Dictionary<string, string> { ["EVERGRAPH_PLUGINS"] = path } });
        ToldPlugin.Tell(registration =>
        {
            asked = calls.Call(dispatcher);
            dispatcher.LoadPlugin(path);
            registration.Add(calls.Make("a"));
        });
        Assert.Equal("a", calls.Call(dispatcher));
        Assert.Equal("reference", asked);
    }

    [Fact]
    public void WhoAsksWhileAPluginIsLoadedWaitsForIt()
    {
        var calls = new Calls("test::plugged");
        var dispatcher = new Dispatcher(new()
        {
            Plugins = [],
            Environment = new Dictionary<string, string> { ["EVERGRAPH_PLUGINS"] = _assemblies.Write(typeof(ToldPlugin)) },
        });
        string chosen = "";
        var other = new Thread(() => chosen = calls.Order(dispatcher));
        ToldPlugin.Tell(registration =>
        {
            other.Start();
            SpinWait.SpinUntil(() => !other.IsAlive || (other.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0);
            registration.Add(calls.Make("a"));
        });
        Assert.Single(dispatcher.Plugins);
        other.Join();
        Assert.Equal("a reference", chosen);
    }

    [Fact]
    public void AnAssemblyThatNamesATypeWhichIsNowhereIsReported()
    {
        string path = _assemblies.WriteWithoutPlugin();
        _dispatcher.LoadPlugin(path);
        var report = Assert.Single(_dispatcher.Plugins);
        Assert.Equal(Path.GetFileNameWithoutExtension(path), report.Name);
        Assert.IsType<FileNotFoundException>(Assert.Single(report.Faults).Exception);

        var following = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        Assert.Contains(following.Plugins, plugin => plugin.Name == report.Name);
    }

    [Fact]
    public void APluginWithAnAttributeThatCannotBeReadIsReported()
    {
        string path = _assemblies.WriteWithAbsentAttribute(typeof(OtherPlugin));
        Assembly.LoadFrom(path);
        var following = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        var report = Assert.Single(following.Plugins, plugin => plugin.Source == Path.GetFileNameWithoutExtension(path));
        Assert.Contains("'Absent, ", Assert.Single(report.Faults).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAttributeOfAnAssemblyThatIsNowhereKeepsNobodyOut()
    {
        string path = _assemblies.WriteWithAbsentAttribute();
        Assembly.LoadFrom(path);
        var following = new Dispatcher(new() { Plugins = [], FollowsLoadedAssemblies = true });
        Assert.DoesNotContain(following.Plugins, plugin => plugin.Source == Path.GetFileNameWithoutExtension(path));
        _dispatcher.LoadPlugin(path);
        Assert.StartsWith("the assembly names no plugin", Assert.Single(_dispatcher.Plugins).Faults.Single().Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOrderMayNameAVendorWhosePluginCouldNotBeLoaded()
    {
        _dispatcher.LoadPlugin(_assemblies.Write(typeof(ThrowingPlugin)));
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::plugged"] = "vendor:ascend|impl:ascend.plugged|reference" } });
        Assert.Equal("reference", new Calls("test::plugged").Call(_dispatcher));
    }
}
