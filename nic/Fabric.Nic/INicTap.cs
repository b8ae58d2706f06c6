using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Receives copies of the frames of ports under capture (<see cref="SmartNic.SetCapture"/>).</summary>
public interface INicTap
{
    /// <param name="isEgress">False: received on the port, bytes as they came in. True: sent to the port, bytes as they leave.</param>
    /// <param name="frame">Complete from the (outer) Ethernet header on; valid during the call.</param>
    /// <param name="tier">The tier that answered the frame; <see cref="Tier.None"/> when the NIC did not and passed it to the host.</param>
    void Capture(OdpPort port, bool isEgress, ReadOnlySpan<byte> frame, Tier tier, long nowMs);
}
