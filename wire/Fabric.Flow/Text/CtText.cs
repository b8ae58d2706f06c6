using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary><c>ct(…)</c>, both ways (OVS: <c>format_odp_conntrack_action</c>). Zone 0 is not printed.</summary>
internal static class CtText
{
    public static void Append(StringBuilder text, CtParameters ct)
    {
        var start = text.Length;
        text.Append("ct(");
        if (ct.Commit) text.Append("commit,");
        if (ct.Force) text.Append("force_commit,");
        if (ct.Zone is { } zone and not 0) text.Append(CultureInfo.InvariantCulture, $"zone={zone},");
        if (ct.Mark is { } mark) text.Append("mark=").AppendHex(mark).Append('/').AppendHex(ct.MarkMask).Append(',');
        if (ct.Label is { } label)
        {
            text.Append("label=").AppendHex(label);
            if (ct.LabelMask != UInt128.MaxValue) text.Append('/').AppendHex(ct.LabelMask);
            text.Append(',');
        }

        if (ct.Helper is not null) text.Append("helper=").Append(ct.Helper).Append(',');
        if (ct.Timeout is not null) text.Append("timeout=").Append(ct.Timeout).Append(',');
        if (ct.Nat is not null)
        {
            AppendNat(text, ct.Nat);
            text.Append(',');
        }

        text.Length--;
        if (text.Length > start + 2) text.Append(')');
    }

    private static void AppendNat(StringBuilder text, CtNat nat)
    {
        text.Append("nat");
        if (!nat.Source && !nat.Destination) return;
        text.Append(nat.Source ? "(src" : "(dst");
        if (nat.AddressLow is not null)
        {
            var isBracketed = nat.PortLow != 0 && nat.AddressLow.Contains(':');
            text.Append('=');
            AppendAddress(text, nat.AddressLow, isBracketed);
            if (nat.AddressHigh is not null && nat.AddressHigh != nat.AddressLow)
            {
                text.Append('-');
                AppendAddress(text, nat.AddressHigh, isBracketed);
            }

            if (nat.PortLow != 0)
            {
                text.Append(':').AppendDecimal(nat.PortLow);
                if (nat.PortHigh != 0 && nat.PortHigh != nat.PortLow) text.Append('-').AppendDecimal(nat.PortHigh);
            }
        }

        if (nat.Persistent) text.Append(",persistent");
        if (nat.Hash) text.Append(",hash");
        if (nat.Random) text.Append(",random");
        text.Append(')');
    }

    private static void AppendAddress(StringBuilder text, string address, bool isBracketed)
    {
        if (isBracketed) text.Append('[').Append(address).Append(']');
        else text.Append(address);
    }

    /// <summary>Reads what follows <c>ct</c>: nothing, or parameters in parentheses.</summary>
    public static bool TryRead(ref TextScanner scanner, out CtParameters ct)
    {
        ct = new CtParameters();
        if (!scanner.TrySkip("(")) return true;
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) return true;
            if (!TryReadParameter(ref scanner, ref ct)) return false;
        }
    }

    private static bool TryReadParameter(ref TextScanner scanner, ref CtParameters ct)
    {
        if (scanner.TrySkip("commit")) ct = ct with { Commit = true };
        else if (scanner.TrySkip("force_commit")) ct = ct with { Force = true };
        else if (scanner.TrySkip("zone="))
        {
            if (!scanner.TryNumber(ushort.MaxValue, out uint zone)) return false;
            ct = ct with { Zone = zone == 0 ? null : (ushort)zone };
        }
        else if (scanner.TrySkip("mark="))
        {
            if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, uint.MaxValue, out var mark, out var bits)) return false;
            ct = ct with { Mark = (uint)mark, MarkMask = (uint)bits };
        }
        else if (scanner.TrySkip("label="))
        {
            if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, UInt128.MaxValue, out var label, out var bits)) return false;
            ct = ct with { Label = label, LabelMask = bits };
        }
        else if (scanner.TrySkip("helper=")) ct = ct with { Helper = scanner.TakeUntil(",) ").ToString() };
        else if (scanner.TrySkip("timeout=")) ct = ct with { Timeout = scanner.TakeUntil(",) ").ToString() };
        else if (scanner.TrySkip("nat"))
        {
            if (!TryReadNat(ref scanner, out var nat)) return false;
            ct = ct with { Nat = nat };
        }

        return scanner.Peek is ',' or ')' or ' ' && ct is not { Helper: "" } and not { Timeout: "" };
    }

    private static bool TryReadNat(ref TextScanner scanner, out CtNat nat)
    {
        nat = new CtNat();
        if (!scanner.TrySkip("(")) return true;
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) break;
            if (scanner.TrySkip("src")) nat = nat with { Source = true };
            else if (scanner.TrySkip("dst")) nat = nat with { Destination = true };
            else if (scanner.TrySkip("persistent")) nat = nat with { Persistent = true };
            else if (scanner.TrySkip("hash")) nat = nat with { Hash = true };
            else if (scanner.TrySkip("random")) nat = nat with { Random = true };
            else return false;
            if (scanner.TrySkip("=") && !TryReadRange(ref scanner, ref nat)) return false;
        }

        // The same rules that OVS's printer enforces.
        var hasDirection = nat.Source || nat.Destination;
        var hasMore = nat.AddressLow is not null || nat.Persistent || nat.Hash || nat.Random;
        return !(nat.Source && nat.Destination) && (hasDirection || !hasMore);
    }

    private static bool TryReadRange(ref TextScanner scanner, ref CtNat nat)
    {
        if (!TryReadAddress(ref scanner, out var low)) return false;
        string? high = null;
        if (scanner.TrySkip("-") && !TryReadAddress(ref scanner, out high)) return false;
        uint portLow = 0, portHigh = 0;
        if (scanner.TrySkip(":"))
        {
            if (!scanner.TryNumber(ushort.MaxValue, out portLow) || portLow == 0) return false;
            if (scanner.TrySkip("-") && (!scanner.TryNumber(ushort.MaxValue, out portHigh) || portHigh < portLow)) return false;
        }

        nat = nat with { AddressLow = low, AddressHigh = high, PortLow = (ushort)portLow, PortHigh = (ushort)portHigh };
        return scanner.Peek is ',' or ')';
    }

    private static bool TryReadAddress(ref TextScanner scanner, out string? address)
    {
        var isBracketed = scanner.TrySkip("[");
        // Without brackets a colon belongs to the address only when the address is IPv6: then no port may follow.
        var word = scanner.TakeUntil(isBracketed ? "]" : ",)-");
        var colon = word.IndexOf(':');
        address = null;
        if (!isBracketed && colon >= 0 && Ipv4Address.TryParse(word[..colon], out var first))
        {
            address = first.ToString();
            scanner.PutBack(word.Length - colon);
            return true;
        }

        if (Ipv4Address.TryParse(word, out var ipv4)) address = ipv4.ToString();
        else if (Ipv6Address.TryParse(word, out var ipv6)) address = Ipv6Text(ipv6);
        return address is not null && (!isBracketed || scanner.TrySkip("]"));
    }

    private static string Ipv6Text(Ipv6Address address)
    {
        var text = new StringBuilder();
        ValueText.AppendIpv6(text, new UInt128(address.High, address.Low));
        return text.ToString();
    }
}
