using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>One flow of L2. Its statistics lie in the <see cref="PolicySlot"/>, which L1 hits write as well.</summary>
public sealed class NicFlow : MaskedFlow
{
    internal NicFlow(Ufid ufid, int slot)
        : base(ufid) => Slot = slot;

    public int Slot { get; }

    public ActionProgram Program { get; internal set; } = ActionProgram.Drop;

    public DatapathActions Actions => Program.Source;

    /// <summary>For frames that the host has to act on; 0 for none.</summary>
    internal uint Mark { get; init; }

    /// <summary>Null for a flow that the NIC executes; else its frames go to the host for this reason.</summary>
    public FallbackReason? Trap => TrapField;

    internal FallbackReason? TrapField;

    /// <summary>Why the card cannot match it, whatever its actions; null when it can.</summary>
    internal string? MatchRefusal { get; init; }

    /// <summary>The card finds the flow, and what to do is left to the host.</summary>
    internal bool IsPartial => Mark != 0 && Trap is not null && MatchRefusal is null;

    /// <summary>Pushed before any packet asked for it.</summary>
    public bool IsRanked { get; internal set; }

    internal bool IsFromTunnel { get; init; }

    /// <summary>Why the host was told "not offloaded"; null for a flow that the NIC executes.</summary>
    public string? Refusal { get; internal set; }

    /// <summary>Frames sent to the host because of <see cref="Trap"/>.</summary>
    public long FallbackFrames { get; internal set; }

    /// <summary>What was forwarded of the flow by the host, or counted before this NIC had it.</summary>
    public long BasePackets { get; internal set; }
    public long BaseBytes { get; internal set; }
}
