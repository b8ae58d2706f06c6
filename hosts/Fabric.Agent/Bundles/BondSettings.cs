namespace Fabric.Agent;

/// <summary>
/// A port of several interfaces (ovs-vswitchd.conf.db(5), table Port with two or more <c>interfaces</c>). Each interface is a port of the
/// bridge of its own, with its number and datapath port; the bond groups them, and its VLAN columns replace theirs.
/// </summary>
/// <param name="Name">Of the port; unique in the bridge.</param>
/// <param name="Members">Names of the interfaces, at least two.</param>
public sealed record BondSettings(string Name, IReadOnlyList<string> Members)
{
    public const int DefaultRebalanceIntervalMs = 10_000;

    public VlanSettings Vlan { get; init; } = VlanSettings.Default;

    /// <summary>Frames between two protected ports are not forwarded.</summary>
    public bool IsProtected { get; init; }

    public BondMode Mode { get; init; } = BondMode.ActiveBackup;

    /// <summary><c>other_config:bond-hash-basis</c>.</summary>
    public uint HashBasis { get; init; }

    /// <summary>How long a link must be up before its member is used.</summary>
    public int UpDelayMs { get; init; }

    /// <summary>How long a link must be down before its member is given up.</summary>
    public int DownDelayMs { get; init; }

    /// <summary><c>other_config:bond-rebalance-interval</c>; 0 never rebalances.</summary>
    public int RebalanceIntervalMs { get; init; } = DefaultRebalanceIntervalMs;

    /// <summary><c>other_config:bond-primary</c>: the member that an active-backup bond prefers.</summary>
    public string? Primary { get; init; }

    /// <summary><c>Port.bond_active_slave</c>: the member that was active last, by its MAC.</summary>
    public Wire.MacAddress? LastActiveMac { get; init; }

    /// <summary><c>other_config:all-members-active</c>, for balance-slb.</summary>
    public bool AllMembersActive { get; init; }

    public LacpMode Lacp { get; init; } = LacpMode.Off;

    /// <summary><c>other_config:lacp-fallback-ab</c>: active-backup while no partner answers.</summary>
    public bool HasLacpFallback { get; init; }

    /// <summary><c>other_config:lacp-time</c>: a LACPDU every second instead of every 30 s.</summary>
    public bool HasFastLacp { get; init; }

    /// <summary>What <c>Port.bond_mode</c> may say.</summary>
    public static bool TryParseMode(string text, out BondMode mode)
    {
        BondMode? found = text switch
        {
            "active-backup" => BondMode.ActiveBackup,
            "balance-slb" => BondMode.BalanceSlb,
            "balance-tcp" => BondMode.BalanceTcp,
            _ => null,
        };
        mode = found ?? BondMode.ActiveBackup;
        return found is not null;
    }

    public bool Equals(BondSettings? other) =>
        other is not null && Members.SequenceEqual(other.Members) && HasSameScalars(other);

    public override int GetHashCode() => HashCode.Combine(Name, Members.Count, Mode);

    private bool HasSameScalars(BondSettings other) =>
        (Name, Vlan, IsProtected, Mode, HashBasis, UpDelayMs, DownDelayMs) ==
        (other.Name, other.Vlan, other.IsProtected, other.Mode, other.HashBasis, other.UpDelayMs, other.DownDelayMs)
        && (RebalanceIntervalMs, Primary, LastActiveMac, AllMembersActive, Lacp, HasLacpFallback, HasFastLacp) ==
        (other.RebalanceIntervalMs, other.Primary, other.LastActiveMac, other.AllMembersActive, other.Lacp, other.HasLacpFallback,
            other.HasFastLacp);
}
