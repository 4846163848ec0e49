using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>What a rank knows of another one. All but the connection lies under the group's lock.</summary>
internal sealed class Peer(int rank, Connection connection)
{
    /// <summary>Offers that nobody fetched are kept; more than this many are an error, so that they cannot fill the memory.</summary>
    public const int OfferLimit = 1 << 14;

    public int Rank { get; } = rank;

    public Connection Connection { get; } = connection;

    /// <summary>Calls that this rank has not come to. A rank is at most one ahead of another, so there are at most two.</summary>
    public Queue<CallFrame> Calls { get; } = [];

    /// <summary>Calls that came, which is also the number of the next one.</summary>
    public long CallsReceived { get; set; }

    /// <summary>Where the next pieces go.</summary>
    public Queue<Tensor> Destinations { get; } = [];

    /// <summary>Pieces that came, which is also the number of the next one.</summary>
    public long PiecesReceived { get; set; }

    /// <summary>Messages to fetch, by tag.</summary>
    public Dictionary<long, Queue<OfferFrame>> Offers { get; } = [];

    /// <summary>How many messages there are to fetch.</summary>
    public int OffersWaiting { get; set; }

    /// <summary>Offers that came, which is also the number of the next one.</summary>
    public long OffersReceived { get; set; }

    /// <summary>The message that is being fetched, or null.</summary>
    public IncomingMessage? Incoming { get; set; }

    /// <summary>What this rank sent and the other one has not all of, by number.</summary>
    public Dictionary<long, OutgoingMessage> Outgoing { get; } = [];

    /// <summary>Messages that were offered, which is also the number of the next one.</summary>
    public long OffersSent { get; set; }

    /// <summary>Whether nothing more can come.</summary>
    public bool HasEnded { get; set; }
}
