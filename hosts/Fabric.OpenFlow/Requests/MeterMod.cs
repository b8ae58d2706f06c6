namespace Fabric.OpenFlow;

/// <summary>A request to add, change or remove a meter (OVS: <c>ofputil_meter_mod</c>).</summary>
public sealed record MeterMod(MeterCommand Command, uint MeterId)
{
    public const uint MaxMeter = 0xffff0000;
    public const uint SlowPath = 0xfffffffd;
    public const uint Controller = 0xfffffffe;
    public const uint AllMeters = 0xffffffff;

    public MeterFlags Flags { get; init; }
    public IReadOnlyList<MeterBand> Bands { get; init; } = [];
}
