namespace Fabric.Nic;

/// <summary>Sizes of one NIC. The defaults are those of the <c>agilio-cx</c> profile.</summary>
public sealed record SmartNicOptions
{
    public ExactMatchOptions ExactMatch { get; init; } = new();

    /// <summary>One of <see cref="EvictionPolicyNames.All"/>.</summary>
    public string Eviction { get; init; } = "clock";

    /// <summary>Most flows in L2.</summary>
    public int RuleLimit { get; init; } = 480_000;

    /// <summary>Most masks in L2.</summary>
    public int MaskLimit { get; init; } = 256;

    /// <summary>Off: every frame asks L2.</summary>
    public bool IsL1Enabled { get; init; } = true;

    /// <summary>Off: every frame goes to the host.</summary>
    public bool IsL2Enabled { get; init; } = true;

    /// <summary>Frames handed to a VF that its VM has not taken yet; more wait in the VF's queue.</summary>
    public int VfWindow { get; init; } = 2_048;

    /// <summary>Frames that wait in the NIC for one VF; more are dropped as <see cref="Wire.DropReason.VfQueueFull"/>.</summary>
    public int VfQueueFrames { get; init; } = 1_024;

    public PcieOptions Pcie { get; init; } = new();
}
