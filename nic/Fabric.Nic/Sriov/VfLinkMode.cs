namespace Fabric.Nic;

/// <summary>Link state of a VF (Linux <c>ip link set PF vf N state</c>).</summary>
public enum VfLinkMode
{
    /// <summary>As that of the physical port.</summary>
    Auto,

    /// <summary>Up, so that VFs reach each other also when the physical port is down.</summary>
    Enable,

    /// <summary>Down.</summary>
    Disable,
}
