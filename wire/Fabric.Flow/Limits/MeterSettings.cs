namespace Fabric.Flow;

/// <summary>A meter as the datapath is told of it (OVS: <c>struct ofputil_meter_config</c>).</summary>
public sealed record MeterSettings(bool IsPacketRate, IReadOnlyList<DropBand> Bands)
{
    /// <summary>OVS's userspace datapath: <c>MAX_BANDS</c>.</summary>
    public const int MaxBands = 8;

    /// <summary>OVS's userspace datapath: <c>MAX_METERS</c>; identifiers lie below it.</summary>
    public const uint MaxMeters = 1 << 18;
}
