namespace Fabric.Wire;

/// <summary>
/// What connection tracking has found out about a frame (OVS: the <c>ct_*</c> members of <c>pkt_metadata</c>). With a <see cref="State"/>
/// of 0 nothing else here means anything, so forgetting costs two stores.
/// </summary>
public struct ConntrackMetadata
{
    /// <summary>Bits of <c>ct_state</c>; 0 is "not tracked".</summary>
    public byte State;

    /// <summary>Protocol of <see cref="Source"/> and <see cref="Destination"/>; 0 when there is no original tuple.</summary>
    public byte TupleProto;
    public bool IsTupleIpv6;

    /// <summary>The frame goes against its connection's direction; kept for the next <c>ct</c> in the same zone.</summary>
    public bool IsReply;

    /// <summary>The frame is an ICMP error about its connection; kept as above.</summary>
    public bool IsRelated;
    public ushort Zone;
    public ushort SourcePort;
    public ushort DestinationPort;
    public uint Mark;
    public UInt128 Label;

    /// <summary>Original direction; an IPv4 address lies in the low 32 bits.</summary>
    public UInt128 Source;
    public UInt128 Destination;

    /// <summary>The tracker's own record of the connection, so that a second <c>ct</c> in a zone need not look it up.</summary>
    public object? Connection;

    public void Clear()
    {
        State = 0;
        Connection = null;
    }
}
