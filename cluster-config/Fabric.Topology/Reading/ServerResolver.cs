using System.Net;

namespace Fabric.Topology;

/// <summary>Servers with their NICs and VTEP addresses.</summary>
internal sealed class ServerResolver(UnderlaySpec underlay, TopologyDefaults defaults, IReadOnlyList<NicSpec> nics, ErrorList errors)
{
    public IReadOnlyList<ServerSpec> Resolve(IReadOnlyList<NamedEntry> entries, IReadOnlyList<ResolvedPeer> peers)
    {
        var vteps = Vteps(entries, peers);
        var servers = new List<ServerSpec>(entries.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            servers.Add(new ServerSpec
            {
                Name = entry.Name,
                Rack = entry.Text("rack") ?? "",
                Nic = Nic(entry),
                Vtep = vteps[i],
                Datapath = Values.Choice(entry.Text("datapath"), defaults.Datapath),
                Offload = Values.Choice(entry.Text("offload"), defaults.Offload),
                Durability = Values.Choice(entry.Text("durability"), defaults.Durability),
            });
        }

        return servers;
    }

    /// <summary>The explicit address of a server or peer; null when there is none to use.</summary>
    public static IPAddress? Vtep(NamedEntry entry, ErrorList errors)
    {
        if (entry["vtep"] is not var (node, path) || Values.Address(entry.Text("vtep")) is not { } vtep || !Values.IsIpv4(vtep))
            return null;

        byte first = vtep.GetAddressBytes()[0];
        if (first is > 0 and < 224)
            return vtep;

        errors.Add(node, path, $"{vtep} is not an address that a host may have");
        return null;
    }

    private string Nic(NamedEntry entry)
    {
        if (entry["nic"] is not var (node, path))
            return NicSpec.DefaultName;

        var known = nics.Select(n => n.Name).Append(NicSpec.DefaultName).Distinct();
        return References.Check(node, path, "NIC profile", known, errors) ? node.Text : NicSpec.DefaultName;
    }

    private IPAddress[] Vteps(IReadOnlyList<NamedEntry> entries, IReadOnlyList<ResolvedPeer> peers)
    {
        var pool = new AddressPool(underlay.Subnet, entries.Count);
        var owners = new Dictionary<IPAddress, string>();
        foreach (var (peer, _) in peers)
        {
            owners[peer.Vtep] = peer.Name;
            pool.TryReserve(peer.Vtep);
        }

        var vteps = new IPAddress?[entries.Count];
        for (int i = 0; i < entries.Count; i++)
        {
            vteps[i] = Vtep(entries[i], errors);
            if (vteps[i] is not { } vtep)
                continue;

            if (!owners.TryAdd(vtep, entries[i].Name))
            {
                var (node, path) = entries[i]["vtep"]!.Value;
                errors.Add(node, path, $"the VTEP address {vtep} is already that of '{owners[vtep]}'");
            }

            pool.TryReserve(vtep);
        }

        for (int i = 0; i < entries.Count; i++)
            vteps[i] ??= pool.TakeAt(i);

        for (int i = 0; i < entries.Count; i++)
            vteps[i] ??= pool.TakeAny() ?? Full(entries[i], pool, entries.Count);

        return vteps!;
    }

    private IPAddress Full(NamedEntry entry, AddressPool pool, int count)
    {
        errors.Add(entry.NameNode, $"{entry.Path}.name",
            $"the underlay's subnet {underlay.Subnet} has room for {pool.Room} VTEPs, too few for {count} servers");
        return IPAddress.None;
    }
}
