namespace Fabric.Topology;

/// <summary>What the file says of VMs' VFs, and whether a NIC can keep to it.</summary>
internal sealed class VfResolver(IReadOnlyList<ServerSpec> servers, IReadOnlyList<NicSpec> nics, ErrorList errors)
{
    public VfSpec Of(NamedEntry entry)
    {
        var none = new VfSpec();
        if (entry["vf"] is not var (node, path) || node.Kind != ConfigKind.Map)
            return none;

        var spec = new VfSpec
        {
            Trust = Values.Switch(Values.Text(node["trust"])) ?? none.Trust,
            SpoofCheck = Values.Switch(Values.Text(node["spoofCheck"])) ?? none.SpoofCheck,
            Vlan = Values.Integer(Values.Text(node["vlan"]), none.Vlan),
            MinRate = Values.Rate(Values.Text(node["minRate"]), none.MinRate),
            MaxRate = Values.Rate(Values.Text(node["maxRate"]), none.MaxRate),
            Mtu = Values.Integer(Values.Text(node["mtu"]), none.Mtu),
            Link = Values.Choice(Values.Text(node["link"]), none.Link),
        };
        if (spec.MaxRate > 0 && spec.MinRate > spec.MaxRate)
            errors.Add(node["minRate"]!, $"{path}.minRate", $"{Values.Text(node["minRate"])} is above the VF's maxRate");
        return spec;
    }

    /// <summary>What is promised to the VFs of a NIC together must fit its first physical port.</summary>
    public void CheckLeastRates(IReadOnlyList<VmSpec> vms, IReadOnlyList<NamedEntry> entries)
    {
        foreach (var server in vms.Where(vm => vm.Function.MinRate > 0).GroupBy(vm => vm.Server))
        {
            var nic = nics.First(n => n.Name == servers.First(s => s.Name == server.Key).Nic);
            long port = nic.PortBitsPerSecond[0];
            if (server.Sum(vm => vm.Function.MinRate) <= port)
                continue;

            var last = entries.First(e => e.Name == server.Last().Name)["vf"]!.Value;
            errors.Add(last.Value["minRate"]!, $"{last.Path}.minRate",
                $"the VFs of '{server.Key}' are promised more than the {port / 1_000_000}M of its NIC's first port");
        }
    }
}
