namespace Fabric.OpenFlow;

/// <summary>One tunnel option and the field <c>tun_metadata&lt;Index&gt;</c> that holds it (OVS: <c>struct nx_tlv_map</c>).</summary>
/// <param name="OptionSize">Bytes, a multiple of 4, at most 124.</param>
public readonly record struct TunnelOptionMapping(ushort OptionClass, byte OptionType, byte OptionSize, ushort Index);
