using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>What the rules come to for all packets of one match, unless one of a greater rank matches them, too.</summary>
public sealed class ExplicitFlow
{
    /// <summary>Fields, so that they can be passed by reference. The key is masked.</summary>
    public FlowKey Key;

    /// <inheritdoc cref="Key"/>
    public FlowMask Mask;

    public required Ufid Ufid { get; init; }

    public required FlowRank Rank { get; init; }

    /// <summary>Empty when the packets are for the host.</summary>
    public required DatapathActions Actions { get; set; }

    /// <summary>Why the packets are for the host; <see cref="ExplicitRefusal.None"/> when they are not.</summary>
    public required ExplicitReason Reason { get; set; }

    public bool IsLeftToHost => Reason.Refusal != ExplicitRefusal.None;

    /// <summary>Credited by what the datapath counts.</summary>
    internal XlateCache Cache { get; set; } = new();

    internal long Packets { get; set; }
    internal long Bytes { get; set; }

    /// <summary>Number of the last dump that had it, or that came before it was put.</summary>
    internal long SeenInDump { get; set; }

    internal bool Says(ExplicitFlow other) => Reason == other.Reason && Actions.Equals(other.Actions);
}
