using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Choosing among links and ports by a hash.</summary>
internal sealed partial class Translation
{
    private void Multipath(MultipathAction action)
    {
        var hash = PacketHash.Of(ref _flow.Packet, action.Fields, action.Basis);
        var link = LinkOf(hash, action);
        PacketHash.Consult(ref _flow.Packet, ref _mask.Packet, action.Fields);
        Load(action.Target, link);
    }

    private void Bundle(BundleAction action, bool isLast, bool isBucket)
    {
        var port = action.Algorithm == BundleAlgorithm.ActiveBackup ? FirstEnabled(action) : BestEnabled(action);
        if (action.Target is { } target) Load(target, port.Value);
        else Output(port, isLast, isBucket, mayPacketIn: false);
    }

    private OfpPort FirstEnabled(BundleAction action)
    {
        foreach (var member in action.Members)
            if (IsEnabled(member)) return member;
        return OfpPort.None;
    }

    private OfpPort BestEnabled(BundleAction action)
    {
        if (action.Members.Count > 1) PacketHash.Consult(ref _flow.Packet, ref _mask.Packet, action.Fields);
        var hash = PacketHash.Of(ref _flow.Packet, action.Fields, action.Basis);
        var best = -1;
        uint bestHash = 0;
        for (var i = 0; i < action.Members.Count; i++)
        {
            if (!IsEnabled(action.Members[i])) continue;
            var own = OvsHash.Number((uint)i, hash);
            if (best < 0 || own > bestHash) (best, bestHash) = (i, own);
        }

        return best < 0 ? OfpPort.None : action.Members[best];
    }

    private bool IsEnabled(OfpPort port)
    {
        if (port == OfpPort.Controller) return false;
        if (port == OfpPort.None || (port.IsReserved && port != OfpPort.Local)) return true;
        return _bridge.FindPort(port) is { IsLive: true };
    }

    /// <summary>OVS: <c>multipath_algorithm</c>.</summary>
    private static uint LinkOf(uint hash, MultipathAction action)
    {
        const uint most = 64;
        var links = action.MaxLink + 1u;
        return action.Algorithm switch
        {
            MultipathAlgorithm.ModuloN => hash % links,
            MultipathAlgorithm.HashThreshold => links == 1 ? 0 : hash / (uint.MaxValue / links + 1),
            MultipathAlgorithm.HighestRandomWeight when links <= most => HighestWeight(hash, links),
            MultipathAlgorithm.HighestRandomWeight => Iterate(hash, links, 0),
            _ => Iterate(hash, links, action.Argument),
        };
    }

    private static uint HighestWeight(uint hash, uint links)
    {
        uint best = 0;
        var bestWeight = OvsHash.Number(hash, 0);
        for (uint link = 1; link < links; link++)
        {
            var weight = OvsHash.Number(hash, link);
            if (weight > bestWeight) (best, bestWeight) = (link, weight);
        }

        return best;
    }

    private static uint Iterate(uint hash, uint links, uint modulo)
    {
        if (modulo < links || modulo / 2 > links) modulo = System.Numerics.BitOperations.RoundUpToPowerOf2(links);
        for (uint i = 0; ; i++)
        {
            var link = OvsHash.Number(hash, i) % modulo;
            if (link < links) return link;
        }
    }
}
