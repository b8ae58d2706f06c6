using System.Net;

namespace Fabric.Topology;

internal static class PeerResolver
{
    public static IReadOnlyList<ResolvedPeer> Resolve(
        IReadOnlyList<NamedEntry> entries, IReadOnlyDictionary<string, OverlaySpec> overlays, ErrorList errors)
    {
        var peers = new List<ResolvedPeer>();
        var seen = new Dictionary<(string Vtep, string Overlay), string>();
        foreach (var entry in entries)
        {
            if (entry["overlay"] is not var (at, path) || !References.Check(at, path, "overlay", overlays.Keys, errors))
                continue;

            if (ServerResolver.Vtep(entry, errors) is not { } vtep)
                continue;

            if (!seen.TryAdd((vtep.ToString(), at.Text), entry.Name))
            {
                var (node, vtepPath) = entry["vtep"]!.Value;
                errors.Add(node, vtepPath, $"{vtep} is already the peer '{seen[(vtep.ToString(), at.Text)]}' of the overlay '{at.Text}'");
            }

            var behind = Behind(entry, overlays[at.Text], errors);
            peers.Add(new ResolvedPeer(new PeerSpec { Name = entry.Name, Overlay = at.Text, Vtep = vtep, Behind = behind }, entry));
        }

        return peers;
    }

    private static List<PeerEndpoint> Behind(NamedEntry entry, OverlaySpec overlay, ErrorList errors)
    {
        var behind = new List<PeerEndpoint>();
        if (entry["behind"] is not var (list, path))
            return behind;

        for (int i = 0; i < list.Items.Count; i++)
        {
            if (Values.Mac(Values.Text(list.Items[i]["mac"])) is not { } mac)
                continue;

            var machine = new NamedEntry(entry.Name, entry.NameNode) { Path = $"{path}[{i}]", IsOpen = false };
            machine.Lay(list.Items[i], machine.Path);
            var addresses = new List<IPAddress>();
            foreach (var (node, addressPath) in machine.Scalars("ip"))
            {
                if (Values.Address(node.Text) is { } address && VmAddressing.IsInside(overlay, address, node, addressPath, errors))
                    addresses.Add(address);
            }

            behind.Add(new PeerEndpoint { Mac = mac, Addresses = addresses });
        }

        return behind;
    }
}
