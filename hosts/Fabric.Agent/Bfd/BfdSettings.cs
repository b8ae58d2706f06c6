using System.Globalization;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>What column <c>bfd</c> of <c>Interface</c> asks for (OVS: <c>bfd_configure</c>).</summary>
public sealed record BfdSettings
{
    public const int DefaultMultiplier = 3;
    public const int DefaultMinTxMs = 100;
    public const int DefaultMinRxMs = 1_000;

    /// <summary>Link-local addresses that both ends use unless told otherwise.</summary>
    public static Ipv4Address DefaultSource { get; } = new(0xa9fe_0101);

    /// <inheritdoc cref="DefaultSource"/>
    public static Ipv4Address DefaultDestination { get; } = new(0xa9fe_0100);

    /// <summary>Intervals without a packet after which the other end takes this one for dead, 1 to 255.</summary>
    public int Multiplier { get; init; } = DefaultMultiplier;

    public int MinTxMs { get; init; } = DefaultMinTxMs;

    public int MinRxMs { get; init; } = DefaultMinRxMs;

    /// <summary>Interval that is enough while no data comes; 0 is off, and so is what is below <see cref="MinRxMs"/>.</summary>
    public int DecayMinRxMs { get; init; }

    /// <summary>Any packet that comes proves the link, for a while.</summary>
    public bool ForwardsIfReceiving { get; init; }

    /// <summary>What lies behind this end is known to be down, and the other end is to know.</summary>
    public bool IsConcatenatedPathDown { get; init; }

    /// <summary>Packets whose tunnel key is not 0 are somebody else's.</summary>
    public bool ChecksTunnelKey { get; init; }

    /// <summary>Outer headers say that it is management traffic.</summary>
    public bool IsOam { get; init; }

    /// <summary>Zero: the port's own.</summary>
    public MacAddress LocalSourceMac { get; init; }

    /// <summary>Zero: OVS's own for BFD.</summary>
    public MacAddress LocalDestinationMac { get; init; }

    /// <summary>Zero: what comes may be for any.</summary>
    public MacAddress RemoteDestinationMac { get; init; }

    public Ipv4Address Source { get; init; } = DefaultSource;

    public Ipv4Address Destination { get; init; } = DefaultDestination;

    /// <summary>Null when the column does not enable it. As in OVS, what is no number is the default.</summary>
    public static BfdSettings? Of(IReadOnlyDictionary<string, string> column)
    {
        bool Flag(string key) => column.GetValueOrDefault(key) == "true";
        int Number(string key, int otherwise) =>
            int.TryParse(column.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value : otherwise;
        MacAddress Mac(string key) => MacAddress.TryParse(column.GetValueOrDefault(key), out var mac) ? mac : default;
        Ipv4Address Address(string key, Ipv4Address otherwise) =>
            Ipv4Address.TryParse(column.GetValueOrDefault(key), out var address) ? address : otherwise;
        if (!Flag("enable")) return null;
        var minRxMs = Math.Max(Number("min_rx", DefaultMinRxMs), 1);
        return new BfdSettings
        {
            Multiplier = Number("mult", DefaultMultiplier) is >= 1 and <= 255 and var multiplier ? multiplier : DefaultMultiplier,
            MinTxMs = Math.Max(Number("min_tx", DefaultMinTxMs), 1),
            MinRxMs = minRxMs,
            DecayMinRxMs = Number("decay_min_rx", 0) is var decayMs && decayMs >= minRxMs ? decayMs : 0,
            ForwardsIfReceiving = Flag("forwarding_if_rx"),
            IsConcatenatedPathDown = Flag("cpath_down"),
            ChecksTunnelKey = Flag("check_tnl_key"),
            IsOam = Flag("oam"),
            LocalSourceMac = Mac("bfd_local_src_mac"),
            LocalDestinationMac = Mac("bfd_local_dst_mac"),
            RemoteDestinationMac = Mac("bfd_remote_dst_mac"),
            Source = Address("bfd_src_ip", DefaultSource),
            Destination = Address("bfd_dst_ip", DefaultDestination),
        };
    }
}
