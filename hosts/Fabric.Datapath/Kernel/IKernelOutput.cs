using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// What leaves the kernel datapath by itself; upcalls are taken from it. The callee must not call back into the datapath.
/// </summary>
public interface IKernelOutput
{
    /// <summary>Hand the frame to the NIC for a representor (its VF) or a physical port; ownership passes.</summary>
    void Transmit(OdpPort port, Frame frame);

    void FlowRemoved(FlowRemoved removed);
}
