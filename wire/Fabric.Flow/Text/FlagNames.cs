using System.Globalization;
using System.Text;

namespace Fabric.Flow.Text;

/// <summary>Bit names, lowest bit first, and the two forms of flags: <c>a|b</c> when all bits are matched, else <c>+a-b</c>.</summary>
internal sealed class FlagNames(params string[] names)
{
    public static readonly FlagNames Tunnel = new("df", "csum", "key", "oam");
    public static readonly FlagNames Tcp = new("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]");
    public static readonly FlagNames CtState = new("new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat");

    /// <summary>Why a packet takes OVS's slow path (<c>SLOW_*</c> of <c>lib/odp-util.h</c>).</summary>
    public static readonly FlagNames SlowPath = new("cfm", "bfd", "lacp", "stp", "lldp", "action", "match");

    /// <summary>All bits that have names.</summary>
    public uint All { get; } = (uint)((1UL << names.Length) - 1);

    public void Print(StringBuilder text, uint flags, char separator)
    {
        if (flags == 0)
        {
            text.Append('0');
            return;
        }

        var first = true;
        for (var bit = 0; bit < names.Length; bit++)
        {
            if ((flags >> bit & 1) == 0) continue;
            if (!first) text.Append(separator);
            text.Append(names[bit]);
            first = false;
        }

        if ((flags & ~All) == 0) return;
        if (!first) text.Append(separator);
        text.Append(CultureInfo.InvariantCulture, $"0x{flags & ~All:x}");
    }

    /// <param name="text">Where to.</param>
    /// <param name="flags">Their values.</param>
    /// <param name="mask">Which are matched.</param>
    /// <param name="full">The mask that counts as all.</param>
    public void PrintMasked(StringBuilder text, uint flags, uint mask, uint full)
    {
        if (mask == full)
        {
            Print(text, flags, '|');
        }
        else if (mask == 0)
        {
            text.Append("0/0");
        }
        else
        {
            for (var bit = 0; bit < 32; bit++)
                if ((mask >> bit & 1) != 0)
                    text.Append((flags >> bit & 1) != 0 ? '+' : '-').Append(bit < names.Length ? names[bit] : "[Unknown]");
        }
    }

    /// <summary>
    /// Reads either form, or a number with an optional mask, up to a closing parenthesis (not consumed). Nothing is no flag.
    /// </summary>
    public bool TryRead(ref TextScanner scanner, uint full, out uint flags, out uint mask)
    {
        flags = 0;
        mask = full;
        if (scanner.Peek == ')') return true;
        if (scanner.Peek is '+' or '-') return TryReadSigned(ref scanner, out flags, out mask);
        while (true)
        {
            if (scanner.Peek is >= '0' and <= '9')
            {
                if (!scanner.TryNumber(uint.MaxValue, out var number)) return false;
                flags |= (uint)number;
                if (scanner.TrySkip("/"))
                {
                    if (!scanner.TryNumber(uint.MaxValue, out var bits)) return false;
                    mask = (uint)bits;
                }
            }
            else if (TryReadName(ref scanner, out var bit))
            {
                flags |= bit;
            }
            else
            {
                return false;
            }

            if (scanner.Peek == ')') return true;
            if (!scanner.TrySkip("|") && !scanner.TrySkip(",")) return false;
        }
    }

    private bool TryReadSigned(ref TextScanner scanner, out uint flags, out uint mask)
    {
        flags = 0;
        mask = 0;
        while (scanner.Peek is '+' or '-')
        {
            var isSet = scanner.Peek == '+';
            scanner.Skip();
            if (!TryReadName(ref scanner, out var bit) || (mask & bit) != 0) return false;
            mask |= bit;
            if (isSet) flags |= bit;
        }

        return scanner.Peek == ')';
    }

    private bool TryReadName(ref TextScanner scanner, out uint bit)
    {
        var word = scanner.TakeUntil("+-|,)/");
        for (var i = 0; i < names.Length; i++)
        {
            bit = 1u << i;
            if (word.SequenceEqual(names[i])) return true;
        }

        bit = 0;
        return false;
    }
}
