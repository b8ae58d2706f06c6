namespace Fabric.OpenFlow;

/// <summary>What a monitor tells (<c>ofp14_flow_monitor_flags</c>); the numbers are OpenFlow 1.4's.</summary>
[Flags]
public enum FlowMonitorFlags
{
    None = 0,

    /// <summary>The rules there are now.</summary>
    Initial = 1 << 0,
    Add = 1 << 1,
    Removed = 1 << 2,
    Modify = 1 << 3,

    /// <summary>With actions.</summary>
    Instructions = 1 << 4,

    /// <summary>One's own changes in full.</summary>
    NoAbbreviation = 1 << 5,

    /// <summary>Only one's own changes. OVS also puts here what Nicira's and ONF's forms call "own".</summary>
    OnlyOwn = 1 << 6,
}
