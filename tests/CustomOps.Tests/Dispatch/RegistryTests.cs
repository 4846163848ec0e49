using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class RegistryTests
{
    private readonly Calls _calls = new();
    private readonly Dispatcher _dispatcher = new();

    public static TheoryData<string, string> Malformed() => new()
    {
        { "operator", "twice: implementation 'fast': expected an operator's full name, such as evergraph::rms_norm, given 'twice'" },
        { "empty", "test::twice: implementation ' ': expected an id without spaces and without , ; | : =, such as cuda.cublaslt" },
        { "separator", "test::twice: implementation 'a|b': expected an id without spaces and without , ; | : =, such as cuda.cublaslt" },
        { "equals", "test::twice: implementation 'a=b': expected an id without spaces and without , ; | : =, such as cuda.cublaslt" },
        { "vendor's name", "test::twice: implementation 'fast': expected a vendor's name without spaces and without , ; | : = *, such as onnxruntime, given 'on nx'" },
        { "reference", "test::twice: implementation 'Reference': the id belongs to the operator's own kernel, declared with [Kernel(Backend.Reference)]: choose another" },
        { "no vendor", "test::twice: implementation 'fast' is of kind Vendor: expected the vendor's name, given none" },
        { "vendor", "test::twice: implementation 'fast' is of kind Default: expected no vendor, given 'ascend'; use kind Vendor" },
        { "no types", "test::twice: implementation 'fast' takes no element type: expected at least one, or DTypeSet.All" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void AMalformedImplementationIsRefused(string what, string expected)
    {
        var fast = _calls.Make("fast");
        var malformed = what switch
        {
            "operator" => fast with { Operator = "twice" },
            "empty" => fast with { Id = " " },
            "separator" => fast with { Id = "a|b" },
            "equals" => fast with { Id = "a=b" },
            "vendor's name" => _calls.Vendor("fast", "on nx"),
            "reference" => fast with { Id = "Reference" },
            "no vendor" => fast with { Kind = ImplementationKind.Vendor },
            "vendor" => fast with { Vendor = "ascend" },
            _ => fast with { DTypes = DTypeSet.None },
        };
        Assert.Equal(expected, Assert.Throws<EvergraphException>(() => _dispatcher.Register(malformed)).Message);
        Assert.DoesNotContain(_dispatcher.Implementations, implementation => implementation.Operator == "test::twice");
    }

    [Fact]
    public void AnIdIsTakenWhateverItsCase()
    {
        _dispatcher.Register(_calls.Vendor("fast", "ascend"));
        var error = Assert.Throws<EvergraphException>(() => _dispatcher.Register(_calls.Make("FAST")));
        Assert.Equal("test::twice: implementation id 'FAST' is registered already, by vendor ascend: give one of the two another id", error.Message);
    }

    [Fact]
    public void ABatchIsAddedWholeOrNotAtAll()
    {
        var other = new Calls("test::thrice");
        Assert.Throws<EvergraphException>(() => _dispatcher.Register(_calls.Make("fast"), other.Make("fast"), _calls.Make("fast")));
        Assert.Equal("reference", _calls.Order(_dispatcher));
        Assert.Equal("reference", other.Order(_dispatcher));

        _dispatcher.Register(_calls.Make("fast"), other.Make("fast"));
        Assert.Equal("fast reference", other.Order(_dispatcher));
    }

    [Theory]
    [InlineData(ImplementationKind.Default, 150)]
    [InlineData(ImplementationKind.Vendor, 100)]
    [InlineData(ImplementationKind.Reference, 50)]
    public void APriorityComesWithTheKind(ImplementationKind kind, int expected)
    {
        Assert.Equal(expected, _calls.Make("x", kind).Priority);
        Assert.Equal(7, (_calls.Make("x", kind) with { Priority = 7 }).Priority);
    }
}
