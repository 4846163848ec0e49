using System.Net.Sockets;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime.Tests;

public sealed class LocalJoinTests : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void When_all_are_there_no_file_is_left()
    {
        var files = LocalRanks.Run(4, Join(4), group =>
        {
            // Every rank has joined when the second meeting is over, and cleared up before it came to the first.
            Meet(group);
            var left = _folder.Files.ToArray();
            Meet(group);
            return left;
        });
        Assert.All(files, Assert.Empty);
    }

    [Fact]
    public void The_end_of_one_group_leaves_the_socket_of_the_next_alone()
    {
        var first = new LocalProcessGroup[2];
        LocalRanks.OnThreads(2, rank => first[rank] = Join(2)(rank));
        using (var next = SocketFile.TryListen(_folder.Path, 1))
        {
            first[0].Dispose();
            first[1].Dispose();
            Assert.Equal(["tp"], _folder.Files);
        }
    }

    [Fact]
    public void Ranks_of_another_number_all_get_the_same_error() =>
        AssertAll(
            LocalRanks.JoinErrors(3, rank => LocalProcessGroup.Join(_folder.Path, rank, rank == 0 ? 2 : 3, Never)),
            "ranks of process group 'tp' were told different numbers of ranks: expected 2, as rank 0 says, given 3 by rank ");

    [Fact]
    public void A_rank_that_comes_twice_is_an_error_on_all() =>
        AssertAll(
            LocalRanks.JoinErrors(3, i => LocalProcessGroup.Join(_folder.Path, Math.Min(i, 1), 3, Never)),
            "two processes are rank 1 of process group 'tp': expected each of 0 to 2 once, given 1 twice; give each process a rank of its own");

    [Fact]
    public void A_second_rank_0_is_an_error_on_all() =>
        AssertAll(
            LocalRanks.JoinErrors(2, _ => LocalProcessGroup.Join(_folder.Path, 0, 2, Never)),
            "two processes are rank 0 of process group 'tp': expected each of 0 to 1 once, given 0 twice; give each process a rank of its own");

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_rank_that_there_is_not_is_an_error_on_all(int rank) =>
        AssertAll(
            LocalRanks.JoinErrors(2, i => LocalProcessGroup.Join(_folder.Path, i == 0 ? 0 : rank, 2, Never)),
            $"process group 'tp' has no rank {rank}: expected 0 to 1, given {rank}; number the ranks from 0");

    [Fact]
    public void Another_name_is_an_error_on_all() =>
        AssertAll(
            LocalRanks.JoinErrors(2, rank => LocalProcessGroup.Join(_folder.Path, rank, 2, Never, rank == 0 ? "tp" : "dp")),
            $"a rank 1 came to {_folder.Path} for another process group: expected 'tp', as rank 0 says, given 'dp'; give each group a path of its own");

    [Fact]
    public void Another_version_of_the_protocol_is_an_error_on_all()
    {
        GroupFailure? told = null;
        var errors = LocalRanks.JoinErrors(2, rank =>
        {
            if (rank == 0)
                return Join(2)(0);
            using var socket = SocketFile.Connect(_folder.Path, new(Never))!;
            new Hello(7, 1, 2, Never, Guid.Empty, "tp").Send(socket);
            told = Verdict.Receive(socket, new(Never))!.Refusal;
            throw told!.ToException();
        });
        AssertAll(errors, "a rank of process group 'tp' speaks another protocol: expected version 1, as rank 0, given 7; run the same version of Evergraph on every rank");
    }

    [Fact]
    public void A_rank_that_does_not_come_is_named_on_all_that_came()
    {
        // Rank 1 has all the time; it is rank 0 whose time is over.
        AssertAll(
            LocalRanks.JoinErrors(2, rank => LocalProcessGroup.Join(_folder.Path, rank, 3, rank == 0 ? Soon : Never)),
            $"rank 2 of process group 'tp' did not come to {_folder.Path} in time: expected 3 ranks, given ");
        AssertAll(
            LocalRanks.JoinErrors(2, rank => LocalProcessGroup.Join(_folder.Path, rank, 3, rank == 0 ? Never : TimeSpan.FromSeconds(2))),
            $"rank 2 of process group 'tp' did not come to {_folder.Path} in time: expected 3 ranks, given 2; look there for what is stuck, or give the group a longer timeout");
    }

    [Fact]
    public void A_rank_0_that_does_not_come_is_named()
    {
        var error = Assert.Throws<ProcessGroupException>(() => LocalProcessGroup.Join(_folder.Path, 1, 2, Soon));
        Assert.Equal($"rank 0 of process group 'tp' did not listen at {_folder.Path} within 0.2 s; start it with the same path, or give the group a longer timeout", error.Message);
        Assert.Equal(0, error.Rank);
    }

    [Fact]
    public void A_rank_0_that_goes_away_before_it_answers_is_named()
    {
        using var listener = SocketFile.TryListen(_folder.Path, 1)!;
        var errors = LocalRanks.JoinErrors(2, i =>
        {
            if (i == 1)
                return Join(2)(1);
            listener.Accept().Dispose();
            throw new ProcessGroupException("gone");
        });
        Assert.Equal(
            $"rank 0 of process group 'tp' did not say at {_folder.Path} who is there: its process ended, or something else listens there; look at what it printed last",
            errors[1]!.Message);
    }

    [Fact]
    public void Strangers_are_turned_away_and_do_not_keep_ranks_from_joining()
    {
        var sums = LocalRanks.Run(
            2,
            rank =>
            {
                if (rank == 0)
                    return Join(2)(0);
                // One that says nothing and one that says anything, both before the rank comes.
                using var silent = SocketFile.Connect(_folder.Path, new(Never));
                using var loud = SocketFile.Connect(_folder.Path, new(Never))!;
                HandshakeSocket.Write(loud, new byte[1000]);
                return Join(2)(1);
            },
            Meet);
        Assert.Equal([0, 1], sums);
    }

    [Fact]
    public void The_socket_of_a_process_that_is_gone_is_replaced()
    {
        // .NET takes the file away with the socket, a process that is killed does not: a link keeps it.
        string link = _folder.Path + ".kept";
        using (var stale = SocketFile.TryListen(_folder.Path, 1)!)
            File.Move(_folder.Path, link);
        File.Move(link, _folder.Path);
        Assert.Equal(["tp"], _folder.Files);
        Assert.Equal([0, 1], LocalRanks.Run(2, Join(2), Meet));
    }

    [Fact]
    public void A_socket_that_does_not_listen_yet_is_not_taken_away()
    {
        Socket? second = null;
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var other = new Thread(() => second = SocketFile.TryListen(_folder.Path, 1)) { IsBackground = true };
        using (new SocketFileLock(_folder.Path, Never))
        {
            first.Bind(new UnixDomainSocketEndPoint(_folder.Path));
            other.Start();
            SpinWait.SpinUntil(() => !other.IsAlive || other.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            first.Listen(1);
        }

        other.Join();
        Assert.Null(second);
        Assert.Equal(["tp"], _folder.Files);
    }

    [Fact]
    public void A_listener_that_accepts_nobody_does_not_hold_others_up_for_ever()
    {
        using var listener = SocketFile.TryListen(_folder.Path, 1)!;
        var waiting = new List<Socket>();
        while (SocketFile.Connect(_folder.Path, new(Soon)) is { } socket)
        {
            waiting.Add(socket);
            Assert.True(waiting.Count < 100, "the system lets any number wait");
        }

        // It is no process that is gone, all the same.
        Assert.Null(SocketFile.TryListen(_folder.Path, 1));
        Assert.Equal(["tp"], _folder.Files);
        waiting.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Who_never_comes_to_listen_is_not_waited_for_for_ever()
    {
        Exception? error = null;
        using (new SocketFileLock(_folder.Path, Never))
            LocalRanks.OnThreads(1, _ => error = Record.Exception(() => new SocketFileLock(_folder.Path, Soon)));
        Assert.Equal(
            $"cannot listen at {_folder.Path}: expected whoever else wants to listen there to be done within 0.2 s; look for a process that is stopped, or choose another path",
            Assert.IsType<ProcessGroupException>(error).Message);
    }

    [Fact]
    public void A_socket_of_a_process_that_lives_is_an_error()
    {
        using var listener = SocketFile.TryListen(_folder.Path, 8)!;
        var errors = LocalRanks.JoinErrors(2, i =>
        {
            if (i == 0)
                return Join(1)(0);
            // Rank 0 looks whether somebody is there, and then asks who.
            listener.Accept().Dispose();
            listener.Accept().Dispose();
            throw new ProcessGroupException("no rank 0");
        });
        Assert.StartsWith($"rank 0 of process group 'tp' did not say at {_folder.Path} who is there", errors[0]!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_users_stays()
    {
        File.WriteAllText(_folder.Path, "mine");
        Assert.Equal(
            $"cannot listen at {_folder.Path}: expected a socket of a process that ended, or nothing, given a file; choose another path",
            Assert.Throws<ProcessGroupException>(() => Join(1)(0)).Message);
        Assert.Equal("mine", File.ReadAllText(_folder.Path));
    }

    [Fact]
    public void A_path_that_is_too_long_or_nowhere_is_an_error()
    {
        string path = "/tmp/" + new string('a', 97);
        Assert.Equal(
            $"the path of the ranks' sockets is too long: expected at most 103 bytes, which is what systems take, given 104 ({path}.1); choose a folder with a shorter name, such as one in /tmp",
            Assert.Throws<ProcessGroupException>(() => LocalProcessGroup.Join(path, 0, 2, Never)).Message);
        Assert.Equal(
            $"the ranks' sockets lie in a folder that exists: given {_folder.Path}/a/tp, and there is no {_folder.Path}/a; make the folder first",
            Assert.Throws<ProcessGroupException>(() => LocalProcessGroup.Join(_folder.Path + "/a/tp", 0, 2, Never)).Message);
    }

    [Fact]
    public void A_path_as_long_as_may_be_works()
    {
        string path = _folder.Path + new string('a', SocketFile.PathLimit - 2 - _folder.Path.Length);
        Assert.Equal([0, 1], LocalRanks.Run(2, rank => LocalProcessGroup.Join(path, rank, 2, Never), Meet));
    }

    [Fact]
    public void A_name_without_letters_is_an_error() => Assert.Equal(
        "the name of a process group has the wrong length: expected 1 to 256 bytes, given 0; choose another name",
        Assert.Throws<ProcessGroupException>(() => LocalProcessGroup.Join(_folder.Path, 0, 1, Never, "")).Message);

    private static void AssertAll(Exception?[] errors, string message) => Assert.All(errors, error =>
        Assert.StartsWith(message, Assert.IsType<ProcessGroupException>(error).Message, StringComparison.Ordinal));

    private static int Meet(IProcessGroup group)
    {
        group.Barrier(new("evergraph::test", Tensor.From([1f], 1)));
        return group.Rank;
    }

    private Func<int, LocalProcessGroup> Join(int size) => rank => LocalProcessGroup.Join(_folder.Path, rank, size, Never);
}
