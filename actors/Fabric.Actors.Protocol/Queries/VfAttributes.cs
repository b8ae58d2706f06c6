namespace Fabric.Actors.Protocol;

/// <summary>What the host says of a VF.</summary>
/// <param name="Exists">False: destroyed; then the rest is what it had.</param>
/// <param name="Link">auto, enable or disable.</param>
/// <param name="Vlan">0: none.</param>
/// <param name="MinRateBps">0: none.</param>
/// <param name="MaxRateBps">0: no limit.</param>
/// <param name="Mtu">0: no limit.</param>
/// <param name="IsPromiscuous">The guest's wish.</param>
public sealed record VfAttributes(
    bool Exists, string Link, bool Trust, bool SpoofCheck, int Vlan, long MinRateBps, long MaxRateBps, int Mtu, bool IsPromiscuous);
