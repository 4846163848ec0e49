namespace Evergraph.Graph;

/// <summary>What passes and executors may assume of an operator. They ask these, never lists of names.</summary>
[Flags]
public enum OperatorTraits
{
    /// <summary>Nothing is known.</summary>
    None = 0,

    /// <summary>The results depend on the arguments only and nothing else happens: it can be dropped, merged and folded.</summary>
    Pure = 1,

    /// <summary>Each output element depends on the elements at the same place of the broadcast inputs.</summary>
    Elementwise = 2,

    /// <summary>The first two tensor arguments can be exchanged.</summary>
    Commutative = 4,

    /// <summary>Every rank of a group must call it, in the same order. One graph serves all ranks, so what a pass drops or merges, all of
    /// them stop calling; the order of the rest is kept.</summary>
    Collective = 8,

    /// <summary>It writes into an argument; imports replace it by its pure twin.</summary>
    Mutates = 16,

    /// <summary>It only rearranges: every output element is an input element.</summary>
    View = 32,

    /// <summary>It works token by token: every axis of its first tensor but the last is carried through untouched.</summary>
    Rowwise = 64,

    /// <summary>A size of its result depends on data; the fake makes a fresh symbol for it.</summary>
    DataDependent = 128,

    /// <summary>It decides inside, at run time, whether to overlap communication with its product.</summary>
    MaybeOverlap = 256,

    /// <summary>The result is its first argument unchanged when its type is.</summary>
    IdentityOnSameType = 512,

    /// <summary>The result is its first argument's elements in row-major order under other sizes, such as a view.</summary>
    Reshapes = 1024,

    /// <summary>It asks which rank it runs on: it can be dropped and merged, but never folded into a constant.</summary>
    RankDependent = 2048,
}
