using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>One end of a TCP connection (OVS: <c>struct tcp_peer</c>; the algorithm is Guido van Rooij's, of OpenBSD pf).</summary>
internal struct TcpPeer
{
    /// <summary>A scale was announced in the SYN.</summary>
    public const byte ScaleKnown = 0x80;

    /// <summary>The connection was picked up in the middle.</summary>
    public const byte ScaleUnknown = 0x40;
    public const byte ScaleMask = 0xf;

    /// <summary>Highest sequence number sent.</summary>
    public uint SequenceLow;

    /// <summary>Highest that the other end allows: what it acknowledged and its window.</summary>
    public uint SequenceHigh;

    /// <summary>Largest window, before scaling.</summary>
    public ushort MaxWindow;
    public byte Scale;
    public TcpConnectionState State;

    public readonly int Shift => Scale & ScaleMask;
}
