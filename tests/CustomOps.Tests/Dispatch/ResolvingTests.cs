using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class ResolvingTests
{
    private readonly Calls _calls = new();
    private readonly Dispatcher _dispatcher = new();

    public ResolvingTests() => _dispatcher.Register(
        _calls.Make("fast"), _calls.Make("slow") with { Priority = 120 }, _calls.Vendor("ascend.twice", "ascend"), _calls.Vendor("onnxruntime.twice", "onnxruntime"));

    public static TheoryData<DispatchPolicy, string> Orders() => new()
    {
        { new(), "fast slow ascend.twice onnxruntime.twice reference" },
        { new() { Prefer = PreferredKind.Vendor }, "ascend.twice onnxruntime.twice fast slow reference" },
        { new() { Prefer = PreferredKind.Reference }, "reference fast slow ascend.twice onnxruntime.twice" },
        { new() { DenyVendors = ["ASCEND"] }, "fast slow onnxruntime.twice reference" },
        { new() { AllowVendors = ["Ascend"] }, "fast slow ascend.twice reference" },
        { new() { AllowVendors = [] }, "fast slow reference" },
        { new() { AllowVendors = ["ascend"], DenyVendors = ["ascend"] }, "fast slow reference" },
        { Own("reference"), "reference" },
        { Own("vendor:OnnxRuntime|reference"), "onnxruntime.twice reference" },
        { Own("vendor|default"), "ascend.twice onnxruntime.twice fast slow" },
        { Own("impl:SLOW|default"), "slow fast" },
        { Own("impl:slow|impl:slow"), "slow" },
        { Own("vendor:ascend|reference") with { DenyVendors = ["ascend"] }, "reference" },
        { Own("impl:ascend.twice|reference") with { AllowVendors = [] }, "reference" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void APolicyOrdersTheImplementations(DispatchPolicy policy, string expected)
    {
        _dispatcher.SetPolicy(policy);
        Assert.Equal(expected, _calls.Order(_dispatcher));
        Assert.Equal(expected.Split(' ')[0], _calls.Call(_dispatcher));
    }

    [Fact]
    public void EqualPrioritiesAreOrderedById()
    {
        _dispatcher.Register(_calls.Make("Alpha"), _calls.Make("first") with { Priority = 151 });
        Assert.Equal("first Alpha fast slow ascend.twice onnxruntime.twice reference", _calls.Order(_dispatcher));
    }

    [Fact]
    public void EachRejectionHasItsReason()
    {
        _dispatcher.AddPlatform(new("nvidia", 80));
        _dispatcher.SetPolicy(new() { DenyVendors = ["onnxruntime"] });
        _dispatcher.Register(
            _calls.Make("half") with { DTypes = DTypeSet.Of(DType.Float16, DType.BFloat16) },
            _calls.Make("wide") with { MinimumArchitecture = 4096 },
            _calls.Make("gpu") with { Platform = "NVIDIA" },
            _calls.Make("absent") with { Probe = () => Availability.No("libabsent.so is not installed") },
            _calls.Make("broken") with { Probe = () => throw new DllNotFoundException("libbroken") });

        Assert.Equal("fast slow ascend.twice reference", _calls.Order(_dispatcher, DType.Float32, DType.Int64));
        Assert.Equal("it does not take float32, int64: it takes float16, bfloat16", _calls.ReasonOf(_dispatcher, "half", DType.Float32, DType.Int64));
        Assert.Equal($"it needs architecture 4096 of cpu, and this machine has {Platform.ThisCpu.Architecture}", _calls.ReasonOf(_dispatcher, "wide"));
        Assert.Equal("it is for platform NVIDIA, and the tensors are on cpu", _calls.ReasonOf(_dispatcher, "gpu"));
        Assert.Equal("not available: libabsent.so is not installed", _calls.ReasonOf(_dispatcher, "absent"));
        Assert.Equal("not available: its probe failed: DllNotFoundException: libbroken", _calls.ReasonOf(_dispatcher, "broken"));
        Assert.Equal("deny_vendors names onnxruntime (Dispatcher.SetPolicy)", _calls.ReasonOf(_dispatcher, "onnxruntime.twice"));
        Assert.Equal("chosen: 'default' in the order [default, vendor, reference] of prefer = default (cpu.yaml:5 (built in)), priority 150", _calls.ReasonOf(_dispatcher, "fast", DType.Float32));
        Assert.Equal("called if fast fails: 'default' in the order [default, vendor, reference] of prefer = default (cpu.yaml:5 (built in)), priority 120", _calls.ReasonOf(_dispatcher, "slow", DType.Float32));
    }

    [Fact]
    public void TheArchitectureOfAPlatformDecides()
    {
        var blackwell = _calls.Make("sm100") with { Platform = "nvidia", MinimumArchitecture = 100 };
        var hopper = _calls.Make("sm90") with { Platform = "nvidia", MinimumArchitecture = 90 };
        _dispatcher.Register(blackwell, hopper with { Platform = "Nvidia" });
        string Order() => string.Join(" ", _dispatcher.Resolve(_calls.Definition, DTypeSet.None, "nvidia").Usable.ToArray().Select(implementation => implementation.Id));

        Assert.Equal("", Order());
        Assert.Equal("fast", _calls.Order(_dispatcher).Split(' ')[0]);
        Assert.Equal("this machine has no platform nvidia", _dispatcher.Resolve(_calls.Definition, DTypeSet.None, "nvidia").Candidates.Single(candidate => candidate.Implementation.Id == "sm90").Reason);
        _dispatcher.AddPlatform(new("NVIDIA", 90));
        Assert.Equal("sm90", Order());
        _dispatcher.AddPlatform(new("nvidia", 120));
        Assert.Equal("sm100 sm90", Order());
    }

    [Fact]
    public void AnOrderIsExclusive()
    {
        _dispatcher.SetPolicy(Own("vendor:ascend"));
        Assert.Equal(
            "not in the order [vendor:ascend] of per_op test::twice (Dispatcher.SetPolicy)", _calls.ReasonOf(_dispatcher, "reference"));
    }

    [Fact]
    public void NothingThatMayRunIsAnErrorThatSaysWhyOfEach()
    {
        _dispatcher.SetPolicy(Own("vendor:ascend") with { DenyVendors = ["ascend"] });
        var error = Assert.Throws<NoImplementationException>(() => _calls.Call(_dispatcher));
        Assert.Equal(
            "test::twice has no implementation that can run on cpu with float32: ascend.twice: deny_vendors names ascend (Dispatcher.SetPolicy); "
            + string.Join("; ", new[] { "reference", "fast", "slow", "onnxruntime.twice" }.Select(id => $"{id}: not in the order [vendor:ascend] of per_op test::twice (Dispatcher.SetPolicy)")),
            error.Message);
        Assert.Equal(5, error.Candidates.Count);
    }

    [Theory]
    [InlineData("impl:fats|reference", "impl:fats")]
    [InlineData("reference|vendor:ascnd", "vendor:ascnd")]
    public void ANameThatNothingHasIsAnErrorThatListsWhatThereIs(string order, string token)
    {
        _dispatcher.SetPolicy(Own(order));
        var error = Assert.Throws<DispatchPolicyException>(() => _calls.Call(_dispatcher));
        Assert.Equal(
            $"Dispatcher.SetPolicy: the order of test::twice names '{token}', which nothing has: its implementations are reference, fast, slow, ascend.twice, onnxruntime.twice; "
            + "vendors are ascend, onnxruntime; correct the name, or load the plugin that brings it",
            error.Message);
    }

    [Fact]
    public void AnOrderOfNoOperatorIsRefusedAndTheFormerPolicyStays()
    {
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        var variables = new Dictionary<string, string> { ["EVERGRAPH_PER_OP"] = "rms_nrom=default" };
        Assert.Throws<DispatchPolicyException>(() => _dispatcher.SetPolicy(new() { PerOperator = new() { ["rms_nrom"] = "default" } }));
        Assert.Throws<DispatchPolicyException>(() => _dispatcher.Reload(variables));
        Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
    }

    [Fact]
    public void AWrongVariableKeepsNobodyFromRegisteringOrReadingAnew()
    {
        var dispatcher = new Dispatcher(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "fastest" } });
        dispatcher.Register(_calls.Make("fast"));
        Assert.Throws<DispatchPolicyException>(() => _calls.Call(dispatcher));
        dispatcher = new Dispatcher(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "fastest" } });
        dispatcher.Reload(new Dictionary<string, string>());
        Assert.Equal("reference", _calls.Call(dispatcher));
    }

    [Fact]
    public void KernelsOfTheOperatorsOwnAreOfKindDefaultButForTheReference()
    {
        KernelFunction kernel = (_, _) => { };
        var definition = new OperatorDefinition(
            OperatorSchema.Parse("test::own(Tensor x) -> Tensor"), OperatorTraits.Pure, arguments => [arguments.Tensor(0)], [new(Backend.Reference, kernel), new("simd", kernel)]);
        Assert.Equal(["simd Default", "reference Reference"], _dispatcher.ResolveCandidates(definition).Select(candidate => $"{candidate.Implementation.Id} {candidate.Implementation.Kind}"));
    }

    [Fact]
    public void AVendorThatHasOtherOperatorsMayBeNamed()
    {
        _dispatcher.Register(new Calls("test::thrice").Vendor("other.thrice", "other"));
        _dispatcher.SetPolicy(Own("vendor:other|reference"));
        Assert.Equal("reference", _calls.Order(_dispatcher));
    }

    [Fact]
    public void WhatIsDecidedIsKeptUntilSomethingChanges()
    {
        var first = _dispatcher.Resolve(_calls.Definition, DTypeSet.None);
        Assert.Same(first, _dispatcher.Resolve(_calls.Definition, DTypeSet.None));
        Assert.NotSame(first, _dispatcher.Resolve(_calls.Definition, DTypeSet.Of(DType.Int8)));

        int epoch = _dispatcher.Epoch;
        _dispatcher.SetPolicy(null);
        Assert.True(_dispatcher.Epoch > epoch);
        Assert.NotSame(first, _dispatcher.Resolve(_calls.Definition, DTypeSet.None));
    }

    [Fact]
    public void ASiteFollowsEveryChange()
    {
        var site = new DispatchSite(_calls.Definition, _dispatcher);
        Assert.Equal("fast", _calls.Call(site));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Reference });
        Assert.Equal("reference", _calls.Call(site));
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor }))
        {
            Assert.Equal("ascend.twice", _calls.Call(site));
            _dispatcher.Register(_calls.Vendor("best", "ascend") with { Priority = 101 });
            Assert.Equal("best", _calls.Call(site));
        }

        Assert.Equal("reference", _calls.Call(site));
    }

    [Fact]
    public void TheElementTypesOfACallDecide()
    {
        _dispatcher.Register(_calls.Make("half") with { Priority = 200, DTypes = DTypeSet.Of(DType.Float16) });
        Assert.Equal("half", _dispatcher.Resolve(_calls.Definition, Tensor.Zeros(DType.Float16, 2)).Chosen!.Id);
        Assert.Equal("fast", _dispatcher.Resolve(_calls.Definition, Tensor.Zeros(DType.Float16, 2), Tensor.Zeros(DType.Float32, 2)).Chosen!.Id);
        Assert.Equal(6, _dispatcher.ResolveCandidates(_calls.Definition, Tensor.Zeros(DType.Float32, 2)).Count);

        var site = new DispatchSite(_calls.Definition, _dispatcher);
        Assert.Equal("half", site.Resolve(DTypeSet.Of(DType.Float16)).Chosen!.Id);
        Assert.Equal("fast", _calls.Call(site));
        Assert.Equal("half", site.Resolve(DTypeSet.Of(DType.Float16)).Chosen!.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACallLikeTheOneBeforeAllocatesNothing(bool isScoped)
    {
        _dispatcher.Register(_calls.Make("idle") with { Priority = 999, Function = static (_, _) => { } });
        var site = new DispatchSite(_calls.Definition, _dispatcher);
        var (arguments, results) = (new KernelArgument[1], new Tensor[1]);
        using var scope = isScoped ? DispatchPolicy.Use(new() { DenyVendors = ["other"] }) : null;
        site.Call(null, arguments, DTypeSet.None, results);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            site.Call(null, arguments, DTypeSet.None, results);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void WhatIsKeptHasABound()
    {
        var first = _dispatcher.Resolve(_calls.Definition, DTypeSet.None);
        for (int i = 0; i < 10_000; i++)
        {
            using (DispatchPolicy.Use(new() { DenyVendors = [$"vendor{i}"] }))
                _dispatcher.Resolve(_calls.Definition, DTypeSet.None);
        }

        Assert.NotSame(first, _dispatcher.Resolve(_calls.Definition, DTypeSet.None));
    }

    [Fact]
    public void AnAssemblyOfOperatorsMayBringAnother()
    {
        var library = new Library();
        Dispatcher.Install(() =>
        {
            Dispatcher.Install(() => library);
            return library;
        });
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["brought::twice"] = "reference" } });
        Assert.Equal("brought::twice", Assert.Single(_dispatcher.PolicyOf().PerOperator).Key);
    }

    private static DispatchPolicy Own(string order) => new() { PerOperator = new() { ["test::twice"] = order } };

    private sealed class Library : IOperatorLibrary
    {
        public IReadOnlyList<OperatorDefinition> Operators { get; } = [new Calls("brought::twice").Definition];
    }
}
