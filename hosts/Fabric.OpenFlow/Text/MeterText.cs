using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fabric.OpenFlow;

/// <summary>Meters in the syntax of <c>ovs-ofctl add-meter</c>, and back as <c>ovs-ofctl dump-meters</c> prints them.</summary>
public static class MeterText
{
    private static readonly char[] Separators = ['=', ',', ' ', '\t', '\r', '\n'];

    public static bool TryParse(
        string text, MeterCommand command, [NotNullWhen(true)] out MeterMod? meter, [NotNullWhen(false)] out string? error)
    {
        meter = null;
        var hasBands = command != MeterCommand.Delete;
        var bandsAt = hasBands ? text.IndexOf("band", StringComparison.Ordinal) : -1;
        var equal = bandsAt < 0 ? -1 : text.IndexOf('=', bandsAt);
        if (hasBands && equal < 0)
        {
            error = RuleText.At(text, text.Length, "the meter has no bands; end it with bands=type=drop rate=…");
            return false;
        }

        error = Head(bandsAt < 0 ? text : text[..bandsAt], command, out var draft);
        if (error is null && hasBands) error = Bands(text[(equal + 1)..], ref draft);
        if (error is not null)
        {
            error = RuleText.At(text, 0, error);
            return false;
        }

        meter = draft;
        return true;
    }

    /// <summary>One meter of <c>dump-meters</c>; each band has a line.</summary>
    public static string Format(MeterMod meter)
    {
        var text = new StringBuilder($"meter={NameOf(meter.MeterId)} ");
        foreach (var word in FlagWords(meter.Flags)) text.Append(word).Append(' ');
        text.Append("bands=");
        foreach (var band in meter.Bands)
        {
            text.Append(CultureInfo.InvariantCulture, $"\ntype={(band.IsRemark ? "dscp_remark" : "drop")} rate={band.Rate}");
            if (meter.Flags.HasFlag(MeterFlags.Burst)) text.Append(CultureInfo.InvariantCulture, $" burst_size={band.BurstSize}");
            if (band.IsRemark) text.Append(CultureInfo.InvariantCulture, $" prec_level={band.PrecedenceLevel}");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>The number, or the word of a reserved one.</summary>
    public static string NameOf(uint meterId) => meterId switch
    {
        <= MeterMod.MaxMeter => meterId.ToString(CultureInfo.InvariantCulture),
        MeterMod.SlowPath => "slowpath",
        MeterMod.Controller => "controller",
        MeterMod.AllMeters => "all",
        _ => "unknown",
    };

    private static IEnumerable<string> FlagWords(MeterFlags flags)
    {
        if (flags.HasFlag(MeterFlags.KilobitsPerSecond)) yield return "kbps";
        if (flags.HasFlag(MeterFlags.PacketsPerSecond)) yield return "pktps";
        if (flags.HasFlag(MeterFlags.Burst)) yield return "burst";
        if (flags.HasFlag(MeterFlags.Statistics)) yield return "stats";
    }

    private static string? Head(string text, MeterCommand command, out MeterMod meter)
    {
        meter = new MeterMod(command, 0);
        var words = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            MeterFlags? flag = command == MeterCommand.Delete ? null : words[i] switch
            {
                "kbps" => MeterFlags.KilobitsPerSecond,
                "pktps" => MeterFlags.PacketsPerSecond,
                "burst" => MeterFlags.Burst,
                "stats" => MeterFlags.Statistics,
                _ => null,
            };
            if (flag is { } known)
            {
                meter = meter with { Flags = meter.Flags | known };
                continue;
            }

            if (i + 1 == words.Length) return $"{words[i]} needs a value";
            if (words[i] != "meter") return $"'{words[i]}' is not a word of meters; they are meter, kbps, pktps, burst, stats, bands";
            uint? id = words[++i] switch
            {
                "all" => MeterMod.AllMeters,
                "controller" => MeterMod.Controller,
                "slowpath" => MeterMod.SlowPath,
                _ => FieldText.TryParseNumber(words[i], out var number) && number > 0 && number <= MeterMod.MaxMeter ? (uint)number : null,
            };
            if (id is null) return $"'{words[i]}' is not a meter (1 to {MeterMod.MaxMeter}, controller, slowpath or all)";
            meter = meter with { MeterId = id.Value };
        }

        if (meter.MeterId == 0) return "the meter has no number (meter=…)";
        return command != MeterCommand.Delete && meter.Flags == MeterFlags.None ? "a meter needs kbps or pktps" : null;
    }

    private static string? Bands(string text, ref MeterMod meter)
    {
        var words = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var bands = new List<MeterBand>();
        for (var i = 0; i < words.Length; i += 2)
        {
            if (i + 1 == words.Length) return $"{words[i]} needs a value";
            if (words[i] == "type")
            {
                if (words[i + 1] is not ("drop" or "dscp_remark")) return $"'{words[i + 1]}' is not a band; bands are drop, dscp_remark";
                bands.Add(new MeterBand(words[i + 1] == "dscp_remark", 0, 0));
                continue;
            }

            if (bands.Count == 0) return "a band begins with its type";
            var max = words[i] == "prec_level" ? byte.MaxValue : uint.MaxValue;
            if (!FieldText.TryParseNumber(words[i + 1], out var number) || number > max)
                return $"'{words[i + 1]}' is not a number to {max}";
            MeterBand? next = words[i] switch
            {
                "rate" => bands[^1] with { Rate = (uint)number },
                "burst_size" => bands[^1] with { BurstSize = (uint)number },
                "prec_level" => bands[^1] with { PrecedenceLevel = (byte)number },
                _ => null,
            };
            if (next is null) return $"'{words[i]}' is not a word of bands; they are type, rate, burst_size, prec_level";
            bands[^1] = next;
        }

        var hasBurst = meter.Flags.HasFlag(MeterFlags.Burst);
        meter = meter with { Bands = bands };
        if (bands.Count == 0) return "a meter needs a band";
        if (bands.Exists(b => b.IsRemark != (b.PrecedenceLevel != 0))) return "prec_level is for dscp_remark, which needs it";
        if (bands.Exists(b => b.Rate == 0)) return "a band needs a rate";
        return bands.Exists(b => hasBurst != (b.BurstSize != 0)) ? "burst_size is for meters with burst, whose bands need it" : null;
    }
}
