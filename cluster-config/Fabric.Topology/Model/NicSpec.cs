namespace Fabric.Topology;

/// <summary>
/// A NIC model (<c>nics:</c>). The defaults are the built-in profile <see cref="DefaultName"/>, which servers get that name no other: an
/// Agilio CX of two 25 Gbit/s ports.
/// </summary>
public sealed record NicSpec
{
    public const string DefaultName = "agilio-cx";

    public required string Name { get; init; }

    /// <summary>Ceiling of L1, entries.</summary>
    public int ExactMatchEntries { get; init; } = 1_000_000;

    public EvictionPolicy Eviction { get; init; } = EvictionPolicy.Clock;

    /// <summary>Ceiling of L2, flows over all masks.</summary>
    public int Rules { get; init; } = 480_000;

    /// <summary>Ceiling of L2, masks.</summary>
    public int Masks { get; init; } = 256;

    /// <summary>Which matches and actions the card takes.</summary>
    public OffloadCapabilities Offloads { get; init; } = OffloadCapabilities.Everything;

    /// <summary>Ceiling of L2, statistics contexts.</summary>
    public int StatisticsContexts { get; init; } = 4_194_304;

    public PcieSpec Pcie { get; init; } = new();

    /// <summary>For modelled figures only.</summary>
    public CostSpec Costs { get; init; } = new();

    /// <summary>Virtual functions, so VMs, of one server.</summary>
    public int Vfs { get; init; } = 60;

    public EswitchKind Eswitch { get; init; }

    /// <summary>Bit rate of each physical port; the first is <c>phy0</c>.</summary>
    public IReadOnlyList<long> PortBitsPerSecond { get; init; } = [25_000_000_000, 25_000_000_000];
}
