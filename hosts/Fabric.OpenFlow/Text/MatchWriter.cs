using System.Globalization;
using System.Text;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Joins the parts of a match by commas, each in the notation that OVS has for it.</summary>
internal sealed class MatchWriter(Match match, IOpenFlowPorts ports)
{
    private readonly StringBuilder _text = new();

    public UInt128 Mask(OpenFlowField field) => field.Get(ref match.Mask);

    public void Raw(string part)
    {
        if (_text.Length > 0) _text.Append(',');
        _text.Append(part);
    }

    public void Put(string name, OpenFlowField field, bool hex = false)
    {
        var mask = Mask(field);
        if (mask == 0) return;
        var value = field.Get(ref match.Value);
        Raw($"{name}={(hex ? FieldText.Hex(value) : FieldText.Format(field, value, mask, ports))}");
    }

    /// <summary>For fields whose mask OVS does not print.</summary>
    public void PutExact(string name, OpenFlowField field)
    {
        if (Mask(field) != 0) Raw($"{name}={FieldText.Format(field, field.Get(ref match.Value), field.AllOnes, ports)}");
    }

    /// <summary>Decimal alone; hexadecimal under a mask, with 0x even for zero.</summary>
    public void PutPort(string name, OpenFlowField field)
    {
        var mask = Mask(field);
        if (mask == 0) return;
        // ICMP type and code are 8 bits in the 16 of the port fields. A rule matches all 16, a flow of the datapath those 8.
        if (name is "icmp_type" or "icmp_code" && (mask & 0xff) == 0xff && Mask(F.RecircId) == 0) mask = field.AllOnes;
        var value = field.Get(ref match.Value);
        Raw(mask == field.AllOnes ? string.Create(CultureInfo.InvariantCulture, $"{name}={value}")
            : string.Create(CultureInfo.InvariantCulture, $"{name}=0x{value:x}/0x{mask:x}"));
    }

    /// <summary>Only one that is unusual, or that a flow of the datapath has. True when it says the Ethernet type too.</summary>
    public bool PutPacketType()
    {
        var (value, mask) = (match.Value.Packet.PacketType, match.Mask.Packet.PacketType);
        if (mask == 0 || (mask == uint.MaxValue && value == 0 && Mask(F.RecircId) == 0)) return false;
        if (mask == uint.MaxValue && value == 0) Raw("eth");
        else Raw(string.Create(CultureInfo.InvariantCulture, $"packet_type=({value >> 16},{FieldText.Hex(value & 0xffff)})"));
        return value >> 16 == 1;
    }

    /// <summary>The names alone when all are asked for; only the eight bits that there are count.</summary>
    public void PutConnectionState()
    {
        var mask = Mask(F.CtState);
        var value = F.CtState.Get(ref match.Value) & 0xff;
        if (mask == 0) return;
        var text = FieldText.Format(F.CtState, value, mask & 0xff, ports);
        if ((mask & 0xff) == 0xff) text = value == 0 ? "0" : FieldText.Format(F.CtState, value, value, ports).Replace('+', '|')[1..];
        Raw($"ct_state={text}");
    }

    /// <summary>Likewise, of the four that packets have.</summary>
    public void PutTunnelFlags()
    {
        const int known = 0xf;
        var mask = Mask(F.TunnelFlagWord);
        var value = F.TunnelFlagWord.Get(ref match.Value) & known;
        if ((mask & known) == known)
            Raw($"tun_flags={(value == 0 ? "0" : FieldText.Format(F.TunnelFlagWord, value, value, ports).Replace('+', '|')[1..])}");
        else if (mask != 0) Raw($"tun_flags={FieldText.Format(F.TunnelFlagWord, value, mask, ports)}");
    }

    /// <summary>A tunnel option: there is one, there is none, or bits of it.</summary>
    public void PutOption(int index, OpenFlowField field)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"tun_metadata{index}");
        Span<byte> value = stackalloc byte[field.Size], mask = stackalloc byte[field.Size];
        field.GetBytes(ref match.Value, value);
        field.GetBytes(ref match.Mask, mask);
        if ((match.Value.TunnelPresent >> index & 1) == 0) Raw($"{name}=NP");
        else if (mask.IndexOfAnyExcept((byte)0) < 0) Raw(name);
        else if (mask.IndexOfAnyExcept((byte)0xff) < 0) Raw($"{name}={Hex(value)}");
        else Raw($"{name}={Hex(value)}/{Hex(mask)}");
    }

    /// <param name="suffix">1 for the inner tag.</param>
    public void PutVlan(string suffix, ushort tci, ushort mask)
    {
        if (mask == 0) return;
        var (vid, pcp) = (mask & 0x0fff, mask & 0xe000);
        if ((mask & 0x1000) != 0 && (tci & 0x1000) != 0 && vid is 0 or 0xfff && pcp is 0 or 0xe000 && (vid | pcp) != 0)
        {
            if (vid != 0) Raw(string.Create(CultureInfo.InvariantCulture, $"dl_vlan{suffix}={tci & 0xfff}"));
            if (pcp != 0) Raw(string.Create(CultureInfo.InvariantCulture, $"dl_vlan_pcp{suffix}={tci >> 13}"));
            return;
        }

        Raw(mask == 0xffff
            ? string.Create(CultureInfo.InvariantCulture, $"vlan_tci{suffix}=0x{tci:x4}")
            : string.Create(CultureInfo.InvariantCulture, $"vlan_tci{suffix}=0x{tci:x4}/0x{mask:x4}"));
    }

    public void PutLabel()
    {
        var mask = match.Mask.Packet.Ipv6Label;
        if (mask == 0) return;
        var text = string.Create(CultureInfo.InvariantCulture, $"ipv6_label=0x{match.Value.Packet.Ipv6Label:x5}");
        Raw(mask is 0xfffff or uint.MaxValue ? text : string.Create(CultureInfo.InvariantCulture, $"{text}/0x{mask:x5}"));
    }

    /// <summary>A label under the outermost one, which rules cannot name but megaflows may match.</summary>
    public void PutInnerLabel(string name, uint value, uint mask)
    {
        if (mask == 0) return;
        Raw(mask == uint.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{name}={value}")
            : string.Create(CultureInfo.InvariantCulture, $"{name}=0x{value:x8}/0x{mask:x8}"));
    }

    public override string ToString() => _text.ToString();

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var digits = Convert.ToHexStringLower(bytes).TrimStart('0');
        return digits.Length == 0 ? "0" : "0x" + digits;
    }
}
