using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Where the NIC hands frames over. Each call passes ownership of the batch and its frames.</summary>
public interface INicOutput
{
    /// <summary>
    /// To the VM behind a VF. Each frame takes one place of the VF's window (<see cref="SmartNicOptions.VfWindow"/>), which
    /// <see cref="SmartNic.GiveVfCredit"/> gives back once the VM has taken the frame.
    /// </summary>
    void ToVf(OdpPort vf, FrameBatch batch);

    /// <summary>To the wire: complete frames, outer Ethernet header included (see <see cref="PhysicalLink"/>).</summary>
    void ToWire(OdpPort physicalPort, FrameBatch batch);

    /// <summary>
    /// To the kernel datapath on the host. <c>Metadata</c> says the ingress port and, of a detunnelled frame, the outer header. Each frame
    /// takes one place of the PCIe ring, which the host gives back by <see cref="PcieChannel.TookFrames"/> at its end.
    /// </summary>
    void ToHost(FrameBatch batch, FallbackReason reason);
}
