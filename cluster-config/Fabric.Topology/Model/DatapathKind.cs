namespace Fabric.Topology;

/// <summary>Where L3 lives: in the kernel, or in the agent's process (OVS-DPDK style).</summary>
public enum DatapathKind : byte
{
    Kernel,
    Userspace,
}
