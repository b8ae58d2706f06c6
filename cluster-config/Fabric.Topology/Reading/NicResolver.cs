namespace Fabric.Topology;

internal static class NicResolver
{
    public static IReadOnlyList<NicSpec> Resolve(ConfigNode? node)
    {
        var nics = new List<NicSpec>();
        foreach (var (key, value) in node?.Entries ?? [])
        {
            var nic = new NicSpec { Name = key.Text };
            nics.Add(nic with
            {
                ExactMatchEntries = Values.Integer(Values.Text(value["exactMatchEntries"]), nic.ExactMatchEntries),
                Eviction = Values.Choice(Values.Text(value["eviction"]), nic.Eviction),
                Rules = Values.Integer(Values.Text(value["rules"]), nic.Rules),
                Masks = Values.Integer(Values.Text(value["masks"]), nic.Masks),
                Offloads = Values.Choice(Values.Text(value["offloads"])?.Replace("-", "", StringComparison.Ordinal), nic.Offloads),
                StatisticsContexts = Values.Integer(Values.Text(value["statisticsContexts"]), nic.StatisticsContexts),
                Pcie = Pcie(value["pcie"]),
                Costs = Costs(value["costs"]),
                Vfs = Values.Integer(Values.Text(value["vfs"]), nic.Vfs),
                Eswitch = Values.Choice(Values.Text(value["eswitch"]), nic.Eswitch),
                PortBitsPerSecond = value["ports"] is { } ports ? Rates(ports) : nic.PortBitsPerSecond,
            });
        }

        return nics;
    }

    public static IReadOnlyList<NicSpec> WithBuiltIn(IReadOnlyList<NicSpec> declared, IReadOnlyList<ServerSpec> servers)
    {
        bool isWanted = servers.Any(s => s.Nic == NicSpec.DefaultName) && declared.All(n => n.Name != NicSpec.DefaultName);
        return isWanted ? [.. declared, new NicSpec { Name = NicSpec.DefaultName }] : declared;
    }

    private static PcieSpec Pcie(ConfigNode? node)
    {
        var pcie = new PcieSpec();
        return node is null ? pcie : pcie with
        {
            Latency = Values.Duration(Values.Text(node["latency"]), pcie.Latency),
            InsertionRate = Values.Integer(Values.Text(node["insertionRate"]), pcie.InsertionRate),
            Ring = Values.Integer(Values.Text(node["ring"]), pcie.Ring),
            StatsPush = Values.Duration(Values.Text(node["statsPush"]), pcie.StatsPush),
        };
    }

    private static CostSpec Costs(ConfigNode? node)
    {
        var costs = new CostSpec();
        return node is null ? costs : costs with
        {
            HostMhz = Values.Integer(Values.Text(node["hostMhz"]), costs.HostMhz),
            HostCores = Values.Integer(Values.Text(node["hostCores"]), costs.HostCores),
            CardNs = Values.Integer(Values.Text(node["cardNs"]), costs.CardNs),
            L3Cycles = Values.Integer(Values.Text(node["l3Cycles"]), costs.L3Cycles),
            UpcallCycles = Values.Integer(Values.Text(node["upcallCycles"]), costs.UpcallCycles),
            PcieNs = Values.Integer(Values.Text(node["pcieNs"]), costs.PcieNs),
        };
    }

    private static List<long> Rates(ConfigNode ports)
    {
        var rates = new List<long>();
        foreach (var item in ports.Items)
        {
            if (RateText.TryParse(item.Text, out long rate))
                rates.Add(rate);
        }

        return rates;
    }
}
