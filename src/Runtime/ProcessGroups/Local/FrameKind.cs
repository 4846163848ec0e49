namespace Evergraph.Runtime;

/// <summary>What a frame between two ranks says.</summary>
internal enum FrameKind
{
    /// <summary>The sender is at a collective: its number, the text of the call, and the tensor where it is small.</summary>
    Call = 1,

    /// <summary>One piece of a large collective; its number.</summary>
    Piece = 2,

    /// <summary>A message may be fetched: its number, tag, bytes and type.</summary>
    Offer = 3,

    /// <summary>The receiver has room for a message: its number.</summary>
    Pull = 4,

    /// <summary>A part of a message; the message's number.</summary>
    Part = 5,

    /// <summary>The group failed: the rank at fault and the text.</summary>
    Abort = 6,

    /// <summary>The sender will communicate no more.</summary>
    Finish = 7,
}
