using System.Text;
using Fabric.Topology;

namespace Fabric.Simulation.Tests;

/// <summary>Size and settings of one simulated fabric. The topology is text, read by the product's own reader.</summary>
internal sealed record SimShape
{
    public int Servers { get; init; } = 2;

    /// <summary>VMs of each of the two overlays, which use the same MACs and IPv4 addresses.</summary>
    public int BlueVms { get; init; } = 2;
    public int GreenVms { get; init; } = 2;
    public string GreenType { get; init; } = "geneve";

    /// <summary>Of the server with this index the NIC is offered no flows; −1 for none.</summary>
    public int WithoutOffload { get; init; } = -1;

    /// <summary>Of the servers with an index from this on L3 is in the agent's process.</summary>
    public int UserspaceFrom { get; init; } = int.MaxValue;
    public int ExactMatchEntries { get; init; } = 1_000_000;
    public string Eviction { get; init; } = "clock";
    public int Rules { get; init; } = 480_000;
    public int Masks { get; init; } = 256;
    public string Offloads { get; init; } = "everything";
    public int StatisticsContexts { get; init; } = 4_194_304;

    public bool HasL1 { get; init; } = true;
    public bool HasL2 { get; init; } = true;
    public bool HasMegaflows { get; init; } = true;

    public int PcieWindow { get; init; } = 256;
    public int PcieRing { get; init; } = 4_096;
    public int NicQueueFrames { get; init; } = 8_192;
    public int VmQueueFrames { get; init; } = 4_096;
    public int VfWindow { get; init; } = 2_048;
    public int VfQueueFrames { get; init; } = 1_024;
    public int KernelIdleMs { get; init; } = 10_000;
    public int AgentIdleMs { get; init; } = 10_000;

    /// <summary>Flows that a NIC has are its alone, and where it has no room the busy take the places of the idle.</summary>
    public bool Rebalances { get; init; }

    /// <summary>VMs record frames instead of answering them.</summary>
    public bool HasSinks { get; init; }

    public static SimShape Draw(Random random)
    {
        var vms = 4 + (int)(60 * Math.Pow(random.NextDouble(), 6));
        var blue = Math.Clamp(random.Next(vms + 1), 2, vms - 2);
        T Pick<T>(params T[] from) => from[random.Next(from.Length)];
        return new SimShape
        {
            Servers = 2 + (int)(7 * Math.Pow(random.NextDouble(), 2)),
            BlueVms = blue,
            GreenVms = vms - blue,
            GreenType = Pick("geneve", "vxlan"),
            WithoutOffload = random.Next(4) == 0 ? 0 : -1,
            UserspaceFrom = random.Next(4),
            ExactMatchEntries = Pick(1, 16, 1_000_000),
            Eviction = Pick("clock", "lru", "random", "none"),
            Rules = Pick(4, 64, 480_000),
            Masks = Pick(2, 256, 256),
            Offloads = Pick("everything", "agilio-cx"),
            StatisticsContexts = Pick(3, 4_194_304, 4_194_304),
            HasL1 = random.Next(8) != 0,
            HasL2 = random.Next(8) != 0,
            HasMegaflows = random.Next(4) != 0,
            PcieWindow = Pick(4, 32, 256),
            PcieRing = Pick(64, 4_096, 4_096),
            NicQueueFrames = Pick(256, 8_192, 8_192),
            VmQueueFrames = Pick(256, 4_096),
            VfWindow = Pick(32, 2_048),
            VfQueueFrames = Pick(64, 1_024),
            KernelIdleMs = Pick(400, 2_000, 10_000),
            AgentIdleMs = Pick(600, 3_000, 10_000),
            Rebalances = random.Next(4) == 0,
        };
    }

    public FabricTopology Topology()
    {
        var text = Text();
        if (!TopologyFile.TryLoad(text, "simulation.yaml", out var topology, out var errors))
            throw new InvalidOperationException($"{string.Join('\n', errors)}\n{text}");
        return topology;
    }

    private string Text()
    {
        var text = new StringBuilder();
        text.AppendLine("name: simulation");
        text.AppendLine("nics:");
        text.Append($"  card: {{exactMatchEntries: {ExactMatchEntries}, eviction: {Eviction}, ");
        text.AppendLine($"rules: {Rules}, masks: {Masks}, offloads: {Offloads}, statisticsContexts: {StatisticsContexts}, vfs: 64}}");
        text.AppendLine("servers:");
        for (var i = 0; i < Servers; i++)
            text.AppendLine($"  - {{name: server-{i + 1}, nic: card, offload: {(i == WithoutOffload ? "off" : "transparent")}, "
                + $"datapath: {(i >= UserspaceFrom ? "userspace" : "kernel")}}}");
        text.AppendLine("overlays:");
        text.AppendLine("  - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}");
        text.AppendLine($"  - {{name: green, type: {GreenType}, vni: 6000, subnet: [10.1.0.0/24, \"fd00:6::/64\"]}}");
        text.AppendLine("vms:");
        text.AppendLine($"  - {{name: \"web-{{1..{BlueVms}}}\", overlay: blue, placement: spread}}");
        text.AppendLine($"  - {{name: \"db-{{1..{GreenVms}}}\", overlay: green, placement: spread}}");
        return text.ToString();
    }
}
