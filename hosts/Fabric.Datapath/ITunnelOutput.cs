using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Puts outer headers on frames that are sent to a tunnel port, as <see cref="PacketMetadata.Tunnel"/> says.</summary>
public interface ITunnelOutput
{
    /// <summary>
    /// Makes <paramref name="frame"/> a complete outer frame for the physical port <paramref name="egress"/>. When false, the frame is to
    /// be dropped with <paramref name="reason"/>; its contents are then undefined.
    /// </summary>
    /// <param name="flowHash">Stable per inner flow; spreads the outer source ports.</param>
    bool TryEncap(Frame frame, OdpPort tunnelPort, uint flowHash, out OdpPort egress, out DropReason reason);
}
