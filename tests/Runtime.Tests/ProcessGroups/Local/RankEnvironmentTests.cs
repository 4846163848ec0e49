using Evergraph.CustomOps;

namespace Evergraph.Runtime.Tests;

public class RankEnvironmentTests
{
    private readonly Dictionary<string, string> _variables = new()
    {
        ["EVERGRAPH_RANK"] = "1",
        ["EVERGRAPH_RANKS"] = "4",
        ["EVERGRAPH_RENDEZVOUS"] = "/tmp/a",
        ["EVERGRAPH_TIMEOUT_SECONDS"] = "1.5",
    };

    [Fact]
    public void All_variables_are_read() => Assert.Equal(new("/tmp/a", 1, 4, TimeSpan.FromSeconds(1.5)), Read());

    [Fact]
    public void The_timeout_may_be_left_out()
    {
        _variables.Remove("EVERGRAPH_TIMEOUT_SECONDS");
        Assert.Equal(ThreadProcessGroup.DefaultTimeout, Read().Timeout);
    }

    [Theory]
    [InlineData("EVERGRAPH_RANK", null, "environment variable EVERGRAPH_RANK is not set: expected this process's rank, from 0 to 3; set it for every process of the group")]
    [InlineData("EVERGRAPH_RANK", "4", "environment variable EVERGRAPH_RANK is '4': expected this process's rank, from 0 to 3; correct it")]
    [InlineData("EVERGRAPH_RANK", "-1", "environment variable EVERGRAPH_RANK is '-1': expected this process's rank, from 0 to 3; correct it")]
    [InlineData("EVERGRAPH_RANKS", "", "environment variable EVERGRAPH_RANKS is not set: expected the number of ranks, 1 or more; set it for every process of the group")]
    [InlineData("EVERGRAPH_RANKS", "0", "environment variable EVERGRAPH_RANKS is '0': expected the number of ranks, 1 or more; correct it")]
    [InlineData("EVERGRAPH_RANKS", "two", "environment variable EVERGRAPH_RANKS is 'two': expected the number of ranks, 1 or more; correct it")]
    [InlineData("EVERGRAPH_RENDEZVOUS", null, "environment variable EVERGRAPH_RENDEZVOUS is not set: expected the path of a socket, the same for every rank; set it for every process of the group")]
    [InlineData("EVERGRAPH_TIMEOUT_SECONDS", "0", "environment variable EVERGRAPH_TIMEOUT_SECONDS is '0': expected a number of seconds, more than 0 and at most 604800; correct or unset it")]
    [InlineData("EVERGRAPH_TIMEOUT_SECONDS", "5m", "environment variable EVERGRAPH_TIMEOUT_SECONDS is '5m': expected a number of seconds, more than 0 and at most 604800; correct or unset it")]
    public void Errors_name_the_variable(string variable, string? value, string message)
    {
        if (value is null)
            _variables.Remove(variable);
        else
            _variables[variable] = value;
        Assert.Equal(message, Assert.Throws<ProcessGroupException>(Read).Message);
    }

    private RankEnvironment Read() => RankEnvironment.Read(variable => _variables.GetValueOrDefault(variable));
}
