namespace Fabric.Flow;

/// <summary>
/// What a port may receive (ovs-vswitchd.conf.db(5), <c>Interface.ingress_policing_*</c>); more is dropped at once.
/// </summary>
public readonly record struct PolicingSettings(long RateKbps, long BurstKbits, long RateKpps = 0, long BurstKpackets = 0)
{
    /// <summary>Burst when the database says 0 (OVS: <c>netdev_linux_set_policing</c>).</summary>
    public const long DefaultBurstKbits = 8_000;

    /// <summary>Burst in thousand packets when the database says 0.</summary>
    public const long DefaultBurstKpackets = 16;

    public bool IsNone => RateKbps <= 0 && RateKpps <= 0;
}
