using System.Net;

namespace Fabric.Topology;

internal static class OverlayResolver
{
    public static IReadOnlyDictionary<string, OverlaySpec> Resolve(IReadOnlyList<NamedEntry> entries, ErrorList errors)
    {
        var overlays = new Dictionary<string, OverlaySpec>(StringComparer.Ordinal);
        var vnis = new Dictionary<int, string>();
        foreach (var entry in entries)
        {
            int vni = Values.Integer(entry.Text("vni"), 0);
            if (vni > 0 && !vnis.TryAdd(vni, entry.Name))
            {
                var (at, path) = entry["vni"]!.Value;
                errors.Add(at, path, $"the VNI {vni} is already that of the overlay '{vnis[vni]}'");
            }

            var (ipv4, ipv6) = Subnets(entry, errors);
            overlays[entry.Name] = new OverlaySpec
            {
                Name = entry.Name,
                Type = Values.Choice(entry.Text("type"), OverlayType.Vxlan),
                Vni = (uint)Math.Max(0, vni),
                Ipv4Subnet = ipv4,
                Ipv6Subnet = ipv6,
                MacPrefix = entry.Text("macPrefix") is { } text && MacText.TryParsePrefix(text, out string prefix)
                    ? prefix : MacText.DefaultPrefix,
            };
        }

        return overlays;
    }

    private static (IPNetwork? Ipv4, IPNetwork? Ipv6) Subnets(NamedEntry entry, ErrorList errors)
    {
        IPNetwork? ipv4 = null, ipv6 = null;
        foreach (var (node, path) in entry.Scalars("subnet"))
        {
            if (Values.Subnet(node.Text) is not { } subnet)
                continue;

            bool is4 = Values.IsIpv4(subnet.BaseAddress);
            if (SubnetText.Hosts(subnet).Count == 0)
                errors.Add(node, path, $"the subnet {subnet} has no address for a VM");
            else if ((is4 ? ipv4 : ipv6) is not null)
                errors.Add(node, path, $"an overlay has at most one {(is4 ? "IPv4" : "IPv6")} subnet");
            else if (is4)
                ipv4 = subnet;
            else
                ipv6 = subnet;
        }

        return (ipv4, ipv6);
    }
}
