namespace Evergraph.CustomOps;

/// <summary>
/// One rank's end of a group of ranks that communicate: threads of a process, processes, or devices. Operators call it;
/// process groups implement it.
/// </summary>
/// <remarks>
/// <para>
/// Every rank calls the same methods in the same order with equal <see cref="CollectiveCall"/>s. An implementation compares
/// both, and where ranks differ every one of them gets a <see cref="ProcessGroupException"/> that names two that differ;
/// nobody hangs. A rank that does not come within <see cref="Timeout"/>, or that fails and says so with
/// <see cref="Abort"/>, gives every other rank an error that names it. After an error the group is of no more use.
/// </para>
/// <para>
/// Tensors are real, dense and on the host. Elements are laid out as in MPI and NCCL: blocks of equal size, rank 0's first;
/// operators rearrange for other axes. Sums are taken in the order of ranks, as <see cref="RankSum"/> does, so that equal
/// parts give equal bits whichever way they were exchanged. One end is used by one thread at a time.
/// </para>
/// </remarks>
public interface IProcessGroup
{
    /// <summary>The name that operators ask for, such as <c>tp</c>.</summary>
    string Name { get; }

    /// <summary>Which rank this end is, from 0.</summary>
    int Rank { get; }

    /// <summary>How many ranks there are.</summary>
    int Size { get; }

    /// <summary>How long a rank waits for another.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Sums <paramref name="x"/> over the ranks.</summary>
    /// <param name="call">What is called, equal on every rank.</param>
    /// <param name="x">This rank's summand.</param>
    /// <param name="result">The sum on every rank; as many elements as <paramref name="x"/>, in memory of its own.</param>
    /// <exception cref="ProcessGroupException">A rank failed, did not come, or called something else.</exception>
    void AllReduce(CollectiveCall call, Tensor x, Tensor result);

    /// <summary>Puts the ranks' parts one after another.</summary>
    /// <param name="call">What is called, equal on every rank.</param>
    /// <param name="part">This rank's part.</param>
    /// <param name="result">The parts, rank 0's first; <see cref="Size"/> times the elements of <paramref name="part"/>.</param>
    /// <exception cref="ProcessGroupException">A rank failed, did not come, or called something else.</exception>
    void AllGather(CollectiveCall call, Tensor part, Tensor result);

    /// <summary>Sums <paramref name="x"/> over the ranks and leaves each rank one block of the sum.</summary>
    /// <param name="call">What is called, equal on every rank.</param>
    /// <param name="x">This rank's summand: <see cref="Size"/> blocks one after another.</param>
    /// <param name="result">Block <see cref="Rank"/> of the sum.</param>
    /// <exception cref="ProcessGroupException">A rank failed, did not come, or called something else.</exception>
    void ReduceScatter(CollectiveCall call, Tensor x, Tensor result);

    /// <summary>Returns when every rank is here with an equal call.</summary>
    /// <exception cref="ProcessGroupException">A rank failed, did not come, or called something else.</exception>
    void Barrier(CollectiveCall call);

    /// <summary>
    /// Starts to send a tensor and returns. The tensor must stay as it is until <see cref="CompleteSends"/> returned.
    /// </summary>
    /// <param name="x">What is sent; the receiver expects this type and these sizes.</param>
    /// <param name="to">The receiving rank, another one.</param>
    /// <param name="tag">Which message it is; messages of one tag between two ranks arrive in the order they were sent.</param>
    /// <exception cref="ProcessGroupException">The group failed before.</exception>
    void Send(Tensor x, int to, long tag);

    /// <summary>Waits for a tensor and copies it.</summary>
    /// <param name="into">Where to; has the type and sizes of what was sent.</param>
    /// <param name="from">The sending rank, another one.</param>
    /// <param name="tag">Which message.</param>
    /// <exception cref="ProcessGroupException">The sender failed or did not send, or sent something of another type.</exception>
    void Receive(Tensor into, int from, long tag);

    /// <summary>Returns when everything that this rank sent was received, so that its memory is free again.</summary>
    /// <exception cref="ProcessGroupException">A receiver failed or did not receive.</exception>
    void CompleteSends();

    /// <summary>
    /// Says that this rank failed: every other rank gets an error that names it, now if it waits and otherwise when it next
    /// communicates. Whoever runs a rank calls this when it throws. The first failure of a group is the one that counts.
    /// </summary>
    void Abort(Exception cause);
}
