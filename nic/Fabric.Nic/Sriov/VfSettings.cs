using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>What the host says of a VF (Linux <c>ip link set PF vf N …</c>). The defaults are those of a VF just created.</summary>
public sealed record VfSettings
{
    public const int MaxVlan = 4_094;

    /// <summary>Set by the host; all zeros leaves it to the guest.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>The guest may set its MAC address and ask for frames of others.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>Frames with another source address than the VF's are dropped.</summary>
    public bool ChecksSpoof { get; init; }

    /// <summary>1 to <see cref="MaxVlan"/>: the guest is in this VLAN and sees no tags. 0: none.</summary>
    public int Vlan { get; init; }

    /// <summary>What the VF may send even when the others want all of the physical port's rate, bits per second; 0: nothing.</summary>
    public long MinRateBps { get; init; }

    /// <summary>What the VF may send at most, bits per second; 0: no limit.</summary>
    public long MaxRateBps { get; init; }

    public VfLinkMode Link { get; init; }

    /// <summary>Largest packet (without Ethernet header and tag) in either direction, bytes; 0: no limit.</summary>
    public int Mtu { get; init; }

    /// <summary>What no VF can be told; null when all is well.</summary>
    public string? FindError() => this switch
    {
        { Vlan: < 0 or > MaxVlan } => $"vlan {Vlan} is not between 0 and {MaxVlan}",
        { MinRateBps: < 0 } or { MaxRateBps: < 0 } => "a rate is not negative",
        { MaxRateBps: > 0 } when MinRateBps > MaxRateBps => "the least rate is above the greatest",
        { Mtu: < 0 } => "an MTU is not negative",
        { Mac.IsMulticast: true } => $"{Mac} is a group's address",
        _ => null,
    };
}
