using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Copies for mirrors, of what a port receives and of what it sends (OVS: <c>mirror_packet</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>Mirrors of this bridge that have their copy, or whose destination has one from another mirror.</summary>
    private List<AgentMirror> _mirrored => _keys.Mirrored;

    /// <summary>Copies under way are cut to this; 0 leaves them whole.</summary>
    private ushort _snapSize;

    private void MirrorInput()
    {
        if (_bridge.Mirrors.Count == 0) return;
        if (_bridge.FindPort(_flow.InPort) is { } port) Mirror(port.Bundle, port.Bundle.SourceMirrors);
        else if (_flow.InPort != OfpPort.None && _flow.InPort != OfpPort.Controller)
            _trace?.Error($"received packet on unknown port {_flow.InPort.Value}");
    }

    private void Mirror(AgentBundle bundle, List<AgentMirror> candidates)
    {
        if (candidates.Count == 0) return;
        // Whether there is a copy, and with which tags, is read from the VLAN.
        _mask.Packet.VlanTci |= 0x1fff;
        var received = VlanTags.Of(ref _flow.Packet);
        if (!TakesVlan(bundle, received.Outer.Id)) return;
        var tags = received.ReceivedBy(bundle.Vlan);
        foreach (var mirror in candidates)
        {
            if (_mirrored.Contains(mirror)) continue;
            if (!mirror.TakesVlan(tags.Outer.Id)) continue;
            // Noted before the copy is sent: it must not be copied in turn.
            foreach (var same in _bridge.Mirrors)
                if (same == mirror || same.HasSameOutput(mirror)) _mirrored.Add(same);
            _cache.Add(mirror);
            _snapSize = mirror.Settings.SnapSize;
            if (mirror.Output is { } output) SendInVlan(output, tags);
            else if (mirror.Settings.OutputPort is null) CopyToVlan(mirror.Settings.OutputVlan!.Value, tags);
            _snapSize = 0;
        }
    }

    private void CopyToVlan(ushort vlan, VlanTags tags)
    {
        if (tags.Outer.Id == vlan || ReservedAddresses.Contains(_flow.Packet.EthDestination)) return;
        tags = tags with { Outer = tags.Outer with { Id = vlan } };
        foreach (var output in _bridge.Bundles)
            if (!output.IsMirrorOutput && Carries(output, tags)) SendInVlan(output, tags);
    }
}
