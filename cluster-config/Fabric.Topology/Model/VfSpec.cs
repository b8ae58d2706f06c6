namespace Fabric.Topology;

/// <summary>What the host says of a VM's VF (<c>vf:</c>), in the words of <c>ip link set PF vf N</c>.</summary>
public sealed record VfSpec
{
    public const int MaxVlan = 4_094;

    /// <summary>Bounds of <see cref="Mtu"/>: what IPv4 asks of every link, and what the fabric's buffers hold.</summary>
    public const int MinMtu = 68;
    public const int MaxMtu = 1_900;

    /// <summary>The guest may change its MAC and ask for frames of others.</summary>
    public bool Trust { get; init; }

    /// <summary>Frames with another source MAC than the VF's are dropped.</summary>
    public bool SpoofCheck { get; init; }

    /// <summary>0: none. Else the guest is in this VLAN and sees no tags.</summary>
    public int Vlan { get; init; }

    /// <summary>Bits per second that the VF may send whatever the others want; 0: none.</summary>
    public long MinRate { get; init; }

    /// <summary>Bits per second that the VF may send at most; 0: no limit.</summary>
    public long MaxRate { get; init; }

    /// <summary>Largest packet in either direction, bytes; 0: no limit of its own.</summary>
    public int Mtu { get; init; }

    public VfLink Link { get; init; }

    /// <summary>What contradicts itself or lies out of bounds; null when all is well.</summary>
    public string? FindError() => this switch
    {
        { Vlan: < 0 or > MaxVlan } => $"vlan {Vlan} is not between 0 and {MaxVlan}",
        { Mtu: not 0 and (< MinMtu or > MaxMtu) } => $"mtu {Mtu} is not between {MinMtu} and {MaxMtu}, nor 0 for no limit",
        { MinRate: < 0 } or { MaxRate: < 0 } => "a rate is not negative",
        { MaxRate: > 0 } when MinRate > MaxRate => "minRate is above maxRate",
        _ => null,
    };
}
