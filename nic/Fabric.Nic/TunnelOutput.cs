using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Entunnelling with the NIC's own copy of the tunnel tables.</summary>
internal sealed class TunnelOutput(TunnelTables tables) : ITunnelOutput
{
    public bool TryEncap(Frame frame, OdpPort tunnelPort, uint flowHash, out OdpPort egress, out DropReason reason) =>
        TunnelEncap.TryEncap(frame, tunnelPort, tables, flowHash, out egress, out reason);
}
