using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// A connection in the tracker, or (<see cref="IsTranslation"/>) the second entry of one whose addresses are translated, under which
/// packets
/// from beyond the translation find it.
/// </summary>
internal sealed class Connection
{
    public ConnectionKey Key;

    /// <summary>The opposite direction as it arrives: of the translated addresses, if any are.</summary>
    public ConnectionKey ReverseKey;
    public uint Hash;
    public Connection? NextInChain;

    /// <summary>Only leads to the connection whose keys these are the other way round.</summary>
    public bool IsTranslation;

    /// <summary>The entry of the other kind, which lives and dies with this one.</summary>
    public Connection? Translation;
    public NatActions Nat;

    /// <summary>No longer in the table; a frame may still refer to it.</summary>
    public bool IsGone;
    public long ExpiresMs;
    public uint Mark;
    public UInt128 Label;
    public uint TimeoutPolicy;

    /// <summary>The limit it was counted for; null when there was none, and void once that was deleted.</summary>
    public ZoneLimit? CountedBy;

    /// <summary>Place in the list that sweeps walk.</summary>
    public int SweepIndex;

    /// <summary>TCP: who sent the first packet, and the other.</summary>
    public TcpPeer Originator;
    public TcpPeer Responder;

    /// <summary>Other protocols: how far the conversation has come.</summary>
    public ConversationState Conversation;

    /// <summary>A translation entry never expires by itself (OVS: <c>conn_expired</c>).</summary>
    public bool IsExpired(long nowMs) => !IsTranslation && nowMs >= ExpiresMs;

    public CtEntry ToEntry(long nowMs) => new(
        Key.ToTuple(), ReverseKey.ToTuple(), Key.Zone, Mark, Label, Math.Max(0, ExpiresMs - nowMs) / 1000,
        Key.Proto == Wire.IpProtocol.Tcp ? TcpTracker.Describe(this) : null);
}
