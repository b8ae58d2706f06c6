using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Which tunnel port a detunnelled packet belongs to. Ports that share a datapath port are told apart by key, remote and local address; a
/// configured value is preferred to <c>flow</c>, the key first, then the remote, then the local address (OVS: <c>tnl_find</c>).
/// </summary>
internal sealed class TunnelInputs
{
    private readonly Dictionary<Slot, List<AgentPort>> _ports = [];

    private readonly record struct Slot(OdpPort Port, ulong? Key, Address Remote, Address Local, bool IsRemoteFlow, bool IsLocalFlow);

    private readonly record struct Address(Ipv4Address V4, Ipv6Address V6);

    /// <summary>The port configured just like <paramref name="settings"/>, of which there can be only one.</summary>
    public AgentPort? FindEqual(PortSettings settings) =>
        _ports.TryGetValue(SlotOf(settings), out var list) && list.Count > 0 ? list[0] : null;

    public void Add(AgentPort port)
    {
        var slot = SlotOf(port.Settings);
        if (!_ports.TryGetValue(slot, out var list)) _ports.Add(slot, list = []);
        list.Add(port);
    }

    public void Remove(AgentPort port)
    {
        var slot = SlotOf(port.Settings);
        if (_ports.TryGetValue(slot, out var list) && list.Remove(port) && list.Count == 0) _ports.Remove(slot);
    }

    public AgentPort? Find(ref FlowKey key)
    {
        var remote = new Address(key.TunnelSource, key.TunnelSourceV6);
        var local = new Address(key.TunnelDestination, key.TunnelDestinationV6);
        foreach (ulong? id in (ReadOnlySpan<ulong?>)[key.TunnelId, null])
            foreach (var isRemoteFlow in (ReadOnlySpan<bool>)[false, true])
            {
                var from = isRemoteFlow ? default : remote;
                if (_ports.TryGetValue(new Slot(key.InPort, id, from, local, isRemoteFlow, false), out var list)
                    || _ports.TryGetValue(new Slot(key.InPort, id, from, default, isRemoteFlow, false), out list)
                    || _ports.TryGetValue(new Slot(key.InPort, id, from, default, isRemoteFlow, true), out list)) return list[0];
            }

        return null;
    }

    private static Slot SlotOf(PortSettings settings)
    {
        var tunnel = settings.Tunnel!;
        return new Slot(
            settings.Odp, tunnel.IsKeyFlow ? null : tunnel.Key ?? 0,
            new Address(tunnel.RemoteIpv4 ?? default, tunnel.RemoteIpv6 ?? default),
            new Address(tunnel.LocalIpv4 ?? default, tunnel.LocalIpv6 ?? default), tunnel.IsRemoteFlow, tunnel.IsLocalFlow);
    }
}
