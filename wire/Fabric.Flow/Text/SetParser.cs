using System.Diagnostics.CodeAnalysis;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>Reads one group inside <c>set(…)</c>, its parenthesis included, the outer one not.</summary>
internal static class SetParser
{
    public static bool TryRead(ref TextScanner scanner, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        var name = scanner.TakeUntil("(");
        if (!scanner.TrySkip("(")) return false;
        var value = default(FlowKey);
        var mask = default(FlowMask);
        if (name is "tunnel")
        {
            if (!TunnelParser.TryRead(ref scanner, ref value, ref mask, out _) || !TryToMetadata(ref value, out var tunnel)) return false;
            action = new SetTunnelAction(tunnel);
            return true;
        }

        if (!SetGroups.TryFind(name, out var group) || !TryReadGroup(ref scanner, group, ref value, ref mask)) return false;
        value.Normalize();
        mask.Bits.Normalize();
        action = new SetAction(group, value, mask);
        return true;
    }

    private static bool TryReadGroup(ref TextScanner scanner, SetGroup group, ref FlowKey value, ref FlowMask mask)
    {
        switch (group)
        {
            case SetGroup.Priority: return TryReadNumber(ref scanner, FlowFields.SkbPriority, ref value, ref mask);
            case SetGroup.SkbMark: return TryReadNumber(ref scanner, FlowFields.SkbMark, ref value, ref mask);
            case SetGroup.Vlan:
                if (!GroupParser.TryReadVlan(ref scanner, out var tci, out var bits)) return false;
                (value.VlanTci, mask.Bits.VlanTci) = (tci, bits);
                return true;
            case SetGroup.Mpls:
                if (!GroupParser.TryReadLabel(ref scanner, out var entry, out var entryMask)) return false;
                (value.Mpls0, mask.Bits.Mpls0) = (entry, entryMask);
                return scanner.TrySkip(")");
            default: return GroupParser.TryRead(ref scanner, SetGroups.FieldsOf(group)!, ref value, ref mask);
        }
    }

    private static bool TryReadNumber(ref TextScanner scanner, in FlowField field, ref FlowKey value, ref FlowMask mask)
    {
        if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, uint.MaxValue, out var number, out var bits)) return false;
        field.Write(ref value, number);
        field.Write(ref mask, bits);
        return scanner.TrySkip(")");
    }

    /// <summary>False for what an outer header to be put on cannot carry: both address families, or GTP-U and ERSPAN.</summary>
    private static bool TryToMetadata(ref FlowKey key, out TunnelMetadata tunnel)
    {
        var hasV6 = !key.TunnelSourceV6.IsZero || !key.TunnelDestinationV6.IsZero;
        var hasV4 = !key.TunnelSource.IsZero || !key.TunnelDestination.IsZero;
        tunnel = new TunnelMetadata
        {
            Id = key.TunnelId,
            Source = key.TunnelSource,
            Destination = key.TunnelDestination,
            SourceV6 = key.TunnelSourceV6,
            DestinationV6 = key.TunnelDestinationV6,
            Flags = key.TunnelFlags,
            Tos = key.TunnelTos,
            Ttl = key.TunnelTtl,
            SourcePort = key.TunnelTpSource,
            DestinationPort = key.TunnelTpDestination,
            GbpId = key.TunnelGbpId,
            GbpFlags = key.TunnelGbpFlags,
            OptionsSize = key.TunnelOptionsSize,
            Options = key.TunnelOptionBytes,
            IsPresent = true,
            IsIpv6 = hasV6,
        };
        return !(hasV4 && hasV6) && (key.GtpuFlags | key.GtpuMessageType | key.ErspanVersion | key.ErspanDirectionAndHardwareId) == 0
            && key.ErspanIndex == 0;
    }
}
