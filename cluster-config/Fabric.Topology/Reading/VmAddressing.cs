using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Fabric.Topology;

/// <summary>Gives the VMs of an overlay their MACs and addresses: explicit ones as said, others by position in the overlay.</summary>
internal sealed class VmAddressing(ErrorList errors)
{
    private readonly Dictionary<NamedEntry, string> _macs = [];
    private readonly Dictionary<NamedEntry, IPAddress> _ipv4 = [];
    private readonly Dictionary<NamedEntry, IPAddress> _ipv6 = [];

    public bool TryGet(NamedEntry entry, [NotNullWhen(true)] out string? mac, out IPAddress? ipv4, out IPAddress? ipv6)
    {
        ipv4 = _ipv4.GetValueOrDefault(entry);
        ipv6 = _ipv6.GetValueOrDefault(entry);
        return _macs.TryGetValue(entry, out mac);
    }

    public void Allocate(OverlaySpec overlay, IReadOnlyList<NamedEntry> entries, IReadOnlyList<ResolvedPeer> peers)
    {
        List<ResolvedPeer> behind = [.. peers.Where(p => p.Peer.Overlay == overlay.Name)];
        Macs(overlay, entries, behind);

        var explicitOnes = ExplicitAddresses(overlay, entries, behind);
        if (overlay.Ipv4Subnet is { } v4)
            Addresses(overlay, v4, entries, explicitOnes.Where(e => Values.IsIpv4(e.Address)), _ipv4);
        if (overlay.Ipv6Subnet is { } v6)
            Addresses(overlay, v6, entries, explicitOnes.Where(e => !Values.IsIpv4(e.Address)), _ipv6);
    }

    /// <returns>False when the address is not one of the overlay's; that is then an error.</returns>
    public static bool IsInside(OverlaySpec overlay, IPAddress address, ConfigNode at, string path, ErrorList errors)
    {
        var subnet = Values.IsIpv4(address) ? overlay.Ipv4Subnet : overlay.Ipv6Subnet;
        if (subnet is { } found && SubnetText.IsHost(found, address))
            return true;

        List<string> allowed = [.. new[] { overlay.Ipv4Subnet, overlay.Ipv6Subnet }.OfType<IPNetwork>().Select(s => s.ToString())];
        if (allowed.Count > 0)
            errors.Add(at, path, $"{address} is not a host address of the overlay '{overlay.Name}'", allowed);
        return false;
    }

    private void Macs(OverlaySpec overlay, IReadOnlyList<NamedEntry> entries, List<ResolvedPeer> peers)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (peer, _) in peers)
        {
            foreach (var machine in peer.Behind)
                owners.TryAdd(machine.Mac, peer.Name);
        }

        foreach (var entry in entries)
        {
            if (Values.Mac(entry.Text("mac")) is not { } mac)
                continue;

            _macs[entry] = mac;
            if (owners.TryAdd(mac, entry.Name))
                continue;

            var (node, path) = entry["mac"]!.Value;
            errors.Add(node, path, $"the MAC {mac} is already that of '{owners[mac]}' in the overlay '{overlay.Name}'");
        }

        int spare = entries.Count;
        for (int i = 0; i < entries.Count; i++)
        {
            if (_macs.ContainsKey(entries[i]))
                continue;

            string mac = MacText.Make(overlay.MacPrefix, i);
            while (!owners.TryAdd(mac, entries[i].Name))
                mac = MacText.Make(overlay.MacPrefix, spare++);
            _macs[entries[i]] = mac;
        }
    }

    private List<(NamedEntry? Vm, IPAddress Address)> ExplicitAddresses(
        OverlaySpec overlay, IReadOnlyList<NamedEntry> entries, List<ResolvedPeer> peers)
    {
        var owners = new Dictionary<IPAddress, string>();
        var found = new List<(NamedEntry?, IPAddress)>();
        foreach (var (peer, peerEntry) in peers)
        {
            foreach (var address in peer.Behind.SelectMany(b => b.Addresses))
            {
                found.Add((null, address));
                if (owners.TryAdd(address, peer.Name))
                    continue;

                var (node, path) = peerEntry["behind"]!.Value;
                errors.Add(node, path, $"{address} is already the address of '{owners[address]}' in the overlay '{overlay.Name}'");
            }
        }

        foreach (var entry in entries)
        {
            var families = new HashSet<bool>();
            foreach (var (node, path) in entry.Scalars("ip"))
            {
                if (Values.Address(node.Text) is not { } address || !IsInside(overlay, address, node, path, errors))
                    continue;

                if (!families.Add(Values.IsIpv4(address)))
                    errors.Add(node, path, $"a VM has at most one {(Values.IsIpv4(address) ? "IPv4" : "IPv6")} address");
                else if (!owners.TryAdd(address, entry.Name))
                    errors.Add(node, path, $"{address} is already the address of '{owners[address]}' in the overlay '{overlay.Name}'");
                found.Add((entry, address));
            }
        }

        return found;
    }

    private void Addresses(
        OverlaySpec overlay,
        IPNetwork subnet,
        IReadOnlyList<NamedEntry> entries,
        IEnumerable<(NamedEntry? Vm, IPAddress Address)> explicitOnes,
        Dictionary<NamedEntry, IPAddress> result)
    {
        var pool = new AddressPool(subnet, entries.Count);
        foreach (var (vm, address) in explicitOnes)
        {
            pool.TryReserve(address);
            if (vm is not null)
                result.TryAdd(vm, address);
        }

        for (int i = 0; i < entries.Count; i++)
        {
            if (!result.ContainsKey(entries[i]) && pool.TakeAt(i) is { } address)
                result.Add(entries[i], address);
        }

        foreach (var entry in entries)
        {
            if (result.ContainsKey(entry))
                continue;

            if (pool.TakeAny() is not { } address)
            {
                errors.Add(entry.NameNode, $"{entry.Path}.name",
                    $"the subnet {subnet} of the overlay '{overlay.Name}' has room for {pool.Room} VMs, too few for {entries.Count}");
                return;
            }

            result.Add(entry, address);
        }
    }
}
