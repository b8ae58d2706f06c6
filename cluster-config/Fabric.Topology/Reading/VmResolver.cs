namespace Fabric.Topology;

/// <summary>
/// Places VMs: those that name a server first, then those of each overlay round-robin over the servers in the order of the file, each
/// overlay beginning at the first server. A full NIC is passed over.
/// </summary>
internal sealed class VmResolver(
    IReadOnlyDictionary<string, OverlaySpec> overlays, IReadOnlyList<ServerSpec> servers, IReadOnlyList<NicSpec> nics, ErrorList errors)
{
    private readonly Dictionary<string, int> _used = servers.ToDictionary(s => s.Name, _ => 0, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _room = servers.ToDictionary(
        s => s.Name, s => nics.First(n => n.Name == s.Nic).Vfs, StringComparer.Ordinal);

    public IReadOnlyList<VmSpec> Resolve(IReadOnlyList<NamedEntry> entries, IReadOnlyList<ResolvedPeer> peers)
    {
        List<NamedEntry> attached = [.. entries.Where(HasOverlay)];
        var places = new Dictionary<NamedEntry, string>();
        foreach (var entry in attached)
        {
            if (Pinned(entry) is { } server)
                places[entry] = server;
        }

        foreach (var overlay in attached.GroupBy(e => e.Text("overlay")!))
            Spread([.. overlay.Where(e => e["server"] is null)], places);

        var addresses = new VmAddressing(errors);
        foreach (var overlay in attached.GroupBy(e => e.Text("overlay")!))
            addresses.Allocate(overlays[overlay.Key], [.. overlay], peers);

        return Vms(attached, places, addresses);
    }

    private bool HasOverlay(NamedEntry entry)
    {
        if (entry["overlay"] is var (node, path))
            return References.Check(node, path, "overlay", overlays.Keys, errors);

        if (entry["overlays"] is null)
            errors.Add(entry.NameNode, entry.Path, "the key 'overlay' is missing", References.Listed(overlays.Keys));
        return false;
    }

    private string? Pinned(NamedEntry entry)
    {
        if (entry["server"] is not var (node, path))
            return null;

        if (entry["placement"] is var (placement, placementPath))
            errors.Add(placement, placementPath, "server and placement exclude each other: give one");

        if (!References.Check(node, path, "server", servers.Select(s => s.Name), errors))
            return null;

        if (!TryUse(node.Text))
            errors.Add(node, path, $"no room for the VM '{entry.Name}': the NIC of '{node.Text}' has {_room[node.Text]} VFs, all taken");
        return node.Text;
    }

    private void Spread(IReadOnlyList<NamedEntry> entries, Dictionary<NamedEntry, string> places)
    {
        int next = 0;
        foreach (var entry in entries)
        {
            // Without servers the first pass has spoken already.
            int tried = 0;
            for (; tried < servers.Count; tried++)
            {
                string server = servers[next++ % servers.Count].Name;
                if (!TryUse(server))
                    continue;

                places[entry] = server;
                break;
            }

            if (tried == servers.Count && tried > 0)
            {
                errors.Add(entry.NameNode, $"{entry.Path}.name",
                    $"no room for the VM '{entry.Name}': the NICs of all {servers.Count} servers have {_room.Values.Sum()} VFs, all taken");
                return;
            }
        }
    }

    private bool TryUse(string server)
    {
        if (_used[server] >= _room[server])
            return false;

        _used[server]++;
        return true;
    }

    private List<VmSpec> Vms(List<NamedEntry> entries, Dictionary<NamedEntry, string> places, VmAddressing addresses)
    {
        var vms = new List<VmSpec>(entries.Count);
        var functions = new VfResolver(servers, nics, errors);
        var nextVf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!places.TryGetValue(entry, out string? server) || !addresses.TryGet(entry, out string? mac, out var ipv4, out var ipv6))
                continue;

            int vf = nextVf.GetValueOrDefault(server);
            nextVf[server] = vf + 1;
            vms.Add(new VmSpec
            {
                Name = entry.Name,
                Overlay = entry.Text("overlay")!,
                Server = server,
                Vf = vf,
                Mac = mac,
                Ipv4 = ipv4,
                Ipv6 = ipv6,
                Function = functions.Of(entry),
            });
        }

        functions.CheckLeastRates(vms, entries);
        return vms;
    }
}
