namespace Fabric.Nic;

/// <summary>Sizes and abilities of one NIC. The sizes are those of an Agilio CX.</summary>
public sealed record SmartNicOptions
{
    public ExactMatchOptions ExactMatch { get; init; } = new();

    /// <summary>One of <see cref="EvictionPolicyNames.All"/>.</summary>
    public string Eviction { get; init; } = "clock";

    /// <summary>Most flows in L2.</summary>
    public int RuleLimit { get; init; } = 480_000;

    /// <summary>Most masks in L2: an Agilio's mask ids have 8 bits.</summary>
    public int MaskLimit { get; init; } = 256;

    /// <summary>How long a mask id rests after its last flow before another mask may have it, microseconds.</summary>
    public long MaskIdRestUs { get; init; } = 40;

    /// <summary>Most flows with statistics; each flow of L2 has one context. An Agilio numbers them by 22 bits in a memory unit.</summary>
    public int StatisticsContextLimit { get; init; } = 1 << 22;

    /// <summary>What the card can match and do.</summary>
    public OffloadProfile Offloads { get; init; } = OffloadProfile.Everything;

    /// <summary>Off: every frame asks L2.</summary>
    public bool IsL1Enabled { get; init; } = true;

    /// <summary>Off: every frame goes to the host.</summary>
    public bool IsL2Enabled { get; init; } = true;

    /// <summary>Frames handed to a VF that its VM has not taken yet; more wait in the VF's queue.</summary>
    public int VfWindow { get; init; } = 2_048;

    /// <summary>Frames that wait in the NIC for one VF; more are dropped as <see cref="Wire.DropReason.VfQueueFull"/>.</summary>
    public int VfQueueFrames { get; init; } = 1_024;

    /// <summary>What VFs share once one of them has a least rate, bits per second.</summary>
    public long PortRateBps { get; init; } = 25_000_000_000;

    public PcieOptions Pcie { get; init; } = new();
}
