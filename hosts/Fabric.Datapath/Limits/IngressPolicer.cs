using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// Lets in what a port may receive (Linux <c>act_police</c> as OVS sets it up): frames beyond the rate are dropped, none waits. A burst of
/// 0 is OVS's default. Bits and packets are limited apart; a frame must keep to both.
/// </summary>
public sealed class IngressPolicer
{
    private TokenBucket _bits;
    private TokenBucket _packets;

    public IngressPolicer(PolicingSettings settings, long nowMs)
    {
        Settings = settings;
        var kbits = settings.BurstKbits > 0 ? settings.BurstKbits : PolicingSettings.DefaultBurstKbits;
        var kpackets = settings.BurstKpackets > 0 ? settings.BurstKpackets : PolicingSettings.DefaultBurstKpackets;
        _bits = new TokenBucket(settings.RateKbps * 1000, kbits * 1000, nowMs);
        _packets = new TokenBucket(settings.RateKpps * 1000, kpackets * 1000, nowMs);
    }

    public PolicingSettings Settings { get; }

    /// <summary>False: drop it as <see cref="Wire.DropReason.Policed"/>.</summary>
    /// <param name="size">Bytes.</param>
    public bool Admits(int size, long nowMs)
    {
        _bits.Fill(nowMs);
        _packets.Fill(nowMs);
        if (Settings.RateKbps > 0 && !_bits.Has(size * 8L)) return false;
        if (Settings.RateKpps > 0 && !_packets.Has(1)) return false;
        _bits.Take(Settings.RateKbps > 0 ? size * 8L : 0);
        _packets.Take(Settings.RateKpps > 0 ? 1 : 0);
        return true;
    }
}
