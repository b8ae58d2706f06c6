namespace Fabric.Datapath;

/// <summary>What fragments of one packet have in common (OVS: <c>struct ipf_list_key</c>).</summary>
internal readonly record struct FragmentKey(
    UInt128 Source, UInt128 Destination, uint RecircId, uint PacketId, ushort EthType, ushort Zone, byte Proto);
