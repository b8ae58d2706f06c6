using Fabric.Flow;
using Fabric.Tunnels;

namespace Fabric.Datapath;

/// <summary>
/// Tells the NIC of every change of the kernel's flows, in order. Each call becomes an acknowledged control message; the answers come back
/// to <see cref="KernelDatapath.OffloadResult"/> (for <see cref="Put"/>) and <see cref="KernelDatapath.OffloadDeleted"/> (for
/// <see cref="Delete"/>), in the order of the calls.
/// </summary>
public interface IOffloadHook
{
    /// <summary>False: the NIC is plain, and none of the other methods is ever called.</summary>
    bool OffersFlows { get; }

    /// <summary>False while the NIC does not answer: then flows that it does not have yet are not offered.</summary>
    bool IsReachable => true;

    /// <summary>
    /// A new flow, or new actions for one the NIC has; a NIC that refuses must also stop executing what it had under this
    /// <see cref="DatapathFlow.Ufid"/>. The flow object stays the kernel's: copy what a message needs.
    /// </summary>
    void Put(DatapathFlow flow);

    /// <summary>
    /// The NIC is to stop executing a flow that lives on at the host; answered like a <see cref="Put"/> that is refused with this reason.
    /// </summary>
    void Withdraw(DatapathFlow flow, string reason);

    /// <summary>Answered also when the NIC does not know the flow.</summary>
    void Delete(Ufid ufid);

    /// <summary>
    /// Forget every flow; the last statistics are reported first. Answered to <see cref="KernelDatapath.OffloadFlushed"/>.
    /// </summary>
    void Flush();

    /// <summary>The NIC's tunnel tables are to change as the kernel's did.</summary>
    void Tunnel(TunnelUpdate update);

    /// <summary>
    /// What limits a port now. The NIC keeps to it, being where the frames of host and NIC come together; the kernel then does not.
    /// </summary>
    void Limit(OdpPort port, PortLimits limits);
}
