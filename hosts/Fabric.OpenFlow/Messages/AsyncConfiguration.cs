namespace Fabric.OpenFlow;

/// <summary>For each <see cref="AsyncKind"/>, bit n: reason n is sent. One mask is for equal and primary, one for secondary ones.</summary>
public sealed record AsyncConfiguration
{
    public const int KindCount = 6;

    private readonly uint[] _masks;

    public AsyncConfiguration(ReadOnlySpan<uint> primary, ReadOnlySpan<uint> secondary)
    {
        _masks = new uint[2 * KindCount];
        primary.CopyTo(_masks);
        secondary.CopyTo(_masks.AsSpan(KindCount));
    }

    /// <summary>Nothing is sent.</summary>
    public static AsyncConfiguration None { get; } = new([], []);

    /// <summary>
    /// What a connection has at first (OVS: <c>ofputil_async_cfg_default</c>). Reasons that came with OpenFlow 1.4 refine "action", so
    /// older connections get them too, written as that.
    /// </summary>
    public static AsyncConfiguration DefaultOf(OpenFlowVersion version)
    {
        uint packetIn = Bits(PacketInReason.NoMatch, PacketInReason.Action, PacketInReason.ActionSet, PacketInReason.Group,
            PacketInReason.PacketOut, PacketInReason.ExplicitMiss);
        if (version <= OpenFlowVersion.V12) packetIn |= Bits(PacketInReason.ImplicitMiss);
        uint ports = Bits(PortChangeReason.Add, PortChangeReason.Delete, PortChangeReason.Modify);
        uint removed = Bits(RuleRemovalReason.IdleTimeout, RuleRemovalReason.HardTimeout, RuleRemovalReason.Delete);
        if (version >= OpenFlowVersion.V13) removed |= Bits(RuleRemovalReason.GroupDelete);
        if (version >= OpenFlowVersion.V14) removed |= Bits(RuleRemovalReason.MeterDelete, RuleRemovalReason.Eviction);
        return new AsyncConfiguration([packetIn, ports, removed, 0, 0, 0], [0, ports, 0, 0, 0, 0]);
    }

    private static uint Bits<T>(params ReadOnlySpan<T> reasons)
        where T : struct, Enum
    {
        uint bits = 0;
        foreach (var reason in reasons) bits |= 1u << Convert.ToInt32(reason, System.Globalization.CultureInfo.InvariantCulture);
        return bits;
    }

    public uint Get(AsyncKind kind, bool isSecondary) => _masks[(isSecondary ? KindCount : 0) + (int)kind];

    public bool Wants(AsyncKind kind, bool isSecondary, int reason) => (Get(kind, isSecondary) >> reason & 1) != 0;

    public AsyncConfiguration With(AsyncKind kind, bool isSecondary, uint mask)
    {
        var copy = new AsyncConfiguration(_masks.AsSpan(0, KindCount), _masks.AsSpan(KindCount));
        copy._masks[(isSecondary ? KindCount : 0) + (int)kind] = mask;
        return copy;
    }

    public bool Equals(AsyncConfiguration? other) => other is not null && _masks.AsSpan().SequenceEqual(other._masks);

    public override int GetHashCode() => _masks.Aggregate(0, HashCode.Combine);
}
