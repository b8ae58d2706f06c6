namespace Fabric.OpenFlow;

/// <summary>Unit and kind of a meter's rates (OpenFlow 1.3 <c>ofp_meter_flags</c>).</summary>
[Flags]
public enum MeterFlags
{
    None = 0,
    KilobitsPerSecond = 1 << 0,
    PacketsPerSecond = 1 << 1,
    Burst = 1 << 2,
    Statistics = 1 << 3,
}
