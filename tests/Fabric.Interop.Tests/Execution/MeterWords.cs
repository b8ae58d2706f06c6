using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Flow;

namespace Fabric.Interop.Tests;

/// <summary>Reads of a meter, in ovs-ofctl's words, what the datapath is told.</summary>
internal static partial class MeterWords
{
    public static MeterSettings Parse(string text) => new(text.Contains("pktps", StringComparison.Ordinal),
        [.. Band().Matches(text).Select(m => new DropBand(Number(m.Groups[1]), m.Groups[2].Success ? Number(m.Groups[2]) : 0))]);

    private static uint Number(Group group) => uint.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"rate=(\d+)(?:,burst_size=(\d+))?")]
    private static partial Regex Band();
}
