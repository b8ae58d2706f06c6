using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Frames that the agent itself sends.</summary>
public sealed partial class OvsAgent
{
    /// <summary>
    /// Sends what is due: BFD control packets, LACPDUs, and, when a bond moved frames to another member, one RARP from each host learned
    /// elsewhere, by which the switches beyond learn where it is now (OVS: <c>send_learning_packets</c>). Meant after each
    /// <see cref="Tick"/>, change of links and batch of upcalls; returns how many.
    /// </summary>
    public int SendOwnPackets(FramePool pool, IDatapath datapath, long nowMs)
    {
        SendMeters(datapath);
        var sent = SendBfd(pool, datapath, nowMs);
        foreach (var bridge in _bridges.Values)
            foreach (var bond in bridge.Bonds)
                sent += SendLacp(bond, pool, datapath, nowMs) + Teach(bridge, bond, pool, datapath);
        return sent;
    }

    private static int SendLacp(AgentBond bond, FramePool pool, IDatapath datapath, long nowMs)
    {
        if (bond.Lacp is not { } lacp) return 0;
        bond.Run(nowMs);
        var sent = 0;
        foreach (var member in lacp.Members)
        {
            if (lacp.TakePdu(member, nowMs) is not { } pdu || !pool.TryRent(LacpPdu.FrameSize, out var frame)) continue;
            pdu.Write(frame.Bytes, member.Port.Settings.Mac);
            datapath.Execute(frame, new DatapathActions(new OutputAction(member.Port.Settings.Odp)));
            sent++;
        }

        return sent;
    }

    private static int Teach(AgentBridge bridge, AgentBond bond, FramePool pool, IDatapath datapath)
    {
        if (!bond.TakeMustTeach()) return 0;
        var own = bond.Members[0].Port.Bundle.Number;
        var sent = 0;
        foreach (var entry in bridge.Macs.Entries.Where(e => e.Port != own).ToArray())
        {
            if (bond.MemberFor(entry.Mac, entry.Vlan) is not { } member || !LearningPacket.TryMake(pool, entry, out var frame)) continue;
            datapath.Execute(frame, new DatapathActions(new OutputAction(member.Port.Settings.Odp)));
            sent++;
        }

        return sent;
    }
}
