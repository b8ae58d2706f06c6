namespace Fabric.Wire;

/// <summary>
/// What a datapath knows of a frame beside its bytes (OVS: <c>pkt_metadata</c>, kernel: <c>sk_buff</c> fields). Together with the bytes it
/// determines the flow key.
/// </summary>
public struct PacketMetadata
{
    /// <summary>Datapath port it came in by; for a detunnelled frame the logical tunnel port.</summary>
    public uint InPort;

    /// <summary>Recirculation id; 0 on the first pass.</summary>
    public uint RecircId;
    public uint DpHash;
    public uint SkbPriority;
    public uint SkbMark;

    /// <summary>Hash of the addresses and ports it came in with (OVS: the packet's RSS hash); 0 until somebody needed it.</summary>
    public uint ReceiveHash;

    /// <summary>
    /// Of a frame that a NIC gave to its host: the number of the flow that it found (DPDK: the MARK of a partial offload); 0 when it found
    /// none. Set on that way alone, and read at its end.
    /// </summary>
    public uint FlowMark;

    /// <summary>Before the tunnel, of which the options take five cache lines: what every frame resets lies close together.</summary>
    public ConntrackMetadata Conntrack;

    /// <summary>Outer header that was taken off, or (after <c>set(tunnel(…))</c>) that an output to a tunnel port will put on.</summary>
    public TunnelMetadata Tunnel;

    /// <summary>A frame that has just come in by <paramref name="inPort"/>: nothing else is known of it.</summary>
    public void Reset(uint inPort)
    {
        InPort = inPort;
        RecircId = 0;
        DpHash = 0;
        SkbPriority = 0;
        SkbMark = 0;
        ReceiveHash = 0;
        Conntrack.Clear();
        Tunnel.IsPresent = false;
    }
}
