namespace Fabric.Topology;

/// <summary>
/// Second of two passes: expands names, follows references, places VMs, allocates addresses. It reads what it can of a text that has
/// errors, so that those of meaning are told together with those of shape.
/// </summary>
internal static class TopologyResolver
{
    public static FabricTopology Resolve(ConfigNode root, ErrorList errors)
    {
        var names = new NameTable(errors);
        var defaults = new TopologyDefaults
        {
            Datapath = Values.Choice(Values.Text(root["defaults"]?["datapath"]), DatapathKind.Kernel),
            Offload = Values.Choice(Values.Text(root["defaults"]?["offload"]), OffloadMode.Transparent),
            Durability = Values.Choice(Values.Text(root["defaults"]?["durability"]), DurabilityMode.Batch),
        };
        var underlay = Underlay(root["underlay"]);
        var overlays = OverlayResolver.Resolve(names.Expand(root["overlays"], "overlays", "overlay", isPart: false), errors);

        var serverEntries = names.Expand(root["servers"], "servers", "server", isPart: true);
        var vmEntries = names.Expand(root["vms"], "vms", "VM", isPart: true);
        var peerEntries = names.Expand(root["peers"], "peers", "peer", isPart: true);

        var declaredNics = NicResolver.Resolve(root["nics"]);
        var peers = PeerResolver.Resolve(peerEntries, overlays, errors);
        var servers = new ServerResolver(underlay, defaults, declaredNics, errors).Resolve(serverEntries, peers);
        var nics = NicResolver.WithBuiltIn(declaredNics, servers);
        var vms = new VmResolver(overlays, servers, nics, errors).Resolve(vmEntries, peers);

        return new FabricTopology
        {
            Name = Values.Text(root["name"], "fabric"),
            Defaults = defaults,
            Underlay = underlay,
            Nics = nics,
            Servers = servers,
            Overlays = [.. overlays.Values],
            Peers = [.. peers.Select(p => p.Peer)],
            Vms = vms,
            Rules = RuleResolver.Resolve(root["ovs"], servers, errors),
            Checks = CheckResolver.Resolve(root["validate"], servers, overlays, errors),
        };
    }

    private static UnderlaySpec Underlay(ConfigNode? node)
    {
        var underlay = new UnderlaySpec { Mtu = Values.Integer(Values.Text(node?["mtu"]), 1600) };
        return Values.Subnet(Values.Text(node?["subnet"])) is { } subnet && Values.IsIpv4(subnet.BaseAddress)
            ? underlay with { Subnet = subnet }
            : underlay;
    }
}
