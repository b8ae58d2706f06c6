namespace Fabric.Actors.Protocol;

/// <summary>What the host says of a VF from now on (<c>ip link set PF vf N …</c>); null leaves it as it is.</summary>
/// <param name="Vlan">0: none.</param>
/// <param name="MinRateBps">0: none.</param>
/// <param name="MaxRateBps">0: no limit.</param>
/// <param name="Mtu">0: no limit.</param>
/// <param name="Link">auto, enable or disable.</param>
public sealed record VfSet(
    string Vf, string? Mac = null, bool? Trust = null, bool? SpoofCheck = null, int? Vlan = null, long? MinRateBps = null,
    long? MaxRateBps = null, int? Mtu = null, string? Link = null);
