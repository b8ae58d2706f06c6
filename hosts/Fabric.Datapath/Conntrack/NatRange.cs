using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// The addresses and ports that <c>nat(…)</c> may give, made ready (OVS: <c>struct nat_action_info_t</c>). <c>persistent</c>,
/// <c>hash</c> and
/// <c>random</c> change nothing: OVS's userspace datapath ignores them, its choice is always a hash of the connection and the range.
/// </summary>
internal sealed class NatRange
{
    public NatRange(CtNat nat)
    {
        if (nat.Source) Actions = NatActions.Source;
        else if (nat.Destination) Actions = NatActions.Destination;
        Low = Parse(nat.AddressLow);
        High = nat.AddressHigh is null ? Low : Parse(nat.AddressHigh);
        PortLow = nat.PortLow;
        PortHigh = nat.PortHigh == 0 ? nat.PortLow : nat.PortHigh;
        if (PortLow != 0) Actions |= nat.Source ? NatActions.SourcePort : NatActions.DestinationPort;
    }

    public NatActions Actions { get; }

    /// <summary>An IPv4 address lies in the low 32 bits; 0 keeps the packet's own.</summary>
    public UInt128 Low { get; }

    public UInt128 High { get; }

    public ushort PortLow { get; }

    public ushort PortHigh { get; }

    private static UInt128 Parse(string? text)
    {
        if (text is null || !IpAddress.TryParse(text, out var address)) return 0;
        return address.IsIpv4 ? address.V4.Value : new UInt128(address.V6.High, address.V6.Low);
    }
}
