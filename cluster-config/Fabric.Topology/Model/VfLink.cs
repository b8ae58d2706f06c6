namespace Fabric.Topology;

/// <summary>Link state of a VF, as <c>ip link set PF vf N state</c> has it.</summary>
public enum VfLink : byte
{
    /// <summary>As the physical port's.</summary>
    Auto,
    Enable,
    Disable,
}
