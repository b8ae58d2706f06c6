using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Fabric.Interop.Tests;

[Collection(QuickstartCollection.Name)]
public class FlowsTests(QuickstartFabric quickstart)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_same_flow_stands_in_all_tiers_and_only_L1_answers_from_the_third_frame_on()
    {
        // However slow the machine is, the flow is not forgotten between two pings.
        await ConfigureAsync("set", "Open_vSwitch", ".", "other_config:max-idle=600000");
        try
        {
            var before = await BoundAsync();
            await quickstart.Fabric.PingAsync("web-1", "web-2", 20, "-i", "5ms");
            var after = await SettledAsync(before.Packets + 20);
            Assert.Equal(before.Ufid, after.Ufid);
            Assert.Equal((20, 0, 0), (after.Hits.L1 - before.Hits.L1, after.Hits.L2 - before.Hits.L2, after.Hits.L3 - before.Hits.L3));
            Assert.Equal(before.Packets + 20, after.Packets);
        }
        finally
        {
            await ConfigureAsync("remove", "Open_vSwitch", ".", "other_config", "max-idle");
        }
    }

    private async Task ConfigureAsync(params string[] words) => (await Tool.RunAsync(
        "ovs-vsctl", [$"--db=unix:{quickstart.Fabric.Data}/run/server-1/db.sock", "--timeout=30", .. words])).Expect(0);

    /// <summary>
    /// Pings until the flow is bound in L1: by its third frame, unless that comes before the NIC has been told of the flow.
    /// </summary>
    private async Task<FlowInTiers> BoundAsync()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience;)
        {
            await quickstart.Fabric.PingAsync("web-1", "web-2", 3, "-i", "20ms");
            if (FlowInTiers.Find(await quickstart.Fabric.JsonAsync("flows", "server-1")) is not null) break;
        }

        return await SettledAsync(1);
    }

    /// <summary>Reads until the tiers agree, as they must once traffic has stopped and the kernel has asked the NIC.</summary>
    private async Task<FlowInTiers> SettledAsync(long atLeast)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var seen = FlowInTiers.Find(await quickstart.Fabric.JsonAsync("flows", "server-1"));
            if (seen is { Agree: true } && seen.Packets >= atLeast) return seen;
            Assert.True(clock.Elapsed < Patience, $"the tiers do not agree about web-1's packets to web-2: {seen}");
        }
    }

    /// <param name="Counts">The flow's packets, as each entry of each tier states them.</param>
    private sealed record FlowInTiers(string Ufid, (long L1, long L2, long L3) Hits, string Counts)
    {
        public bool Agree => Counts.Split(' ').Distinct().Count() == 1;

        public long Packets => long.Parse(Counts.Split(' ')[0], CultureInfo.InvariantCulture);

        /// <summary>The flow of L3 from web-1 to web-2's server, and what the other tiers have of it; null until all have it.</summary>
        public static FlowInTiers? Find(JsonElement reply)
        {
            var flows = reply.GetProperty("flows").EnumerateArray().ToList();
            var l3 = flows.SingleOrDefault(IsFromWeb1ToWeb2);
            if (l3.ValueKind == JsonValueKind.Undefined) return null;
            var ufid = Text(l3, "ufid");
            var same = flows.Where(flow => flow.GetProperty("ufid").GetString() == ufid).ToList();
            long Hits(string tier) => same.Where(f => Text(f, "tier") == tier).Sum(f => f.GetProperty("hits").GetInt64());
            if (Text(l3, "offloaded") != "yes" || same.Select(flow => Text(flow, "tier")).Distinct().Count() < 3) return null;
            return new FlowInTiers(
                ufid, (Hits("l1"), Hits("l2"), Hits("l3")), string.Join(' ', same.Select(flow => flow.GetProperty("packets").GetInt64())));
        }

        private static bool IsFromWeb1ToWeb2(JsonElement flow) =>
            Text(flow, "tier") == "l3" && Text(flow, "match").Contains("in_port(vf0)", StringComparison.Ordinal)
            && Text(flow, "match").Contains("eth_type(0x0800)", StringComparison.Ordinal)
            && Text(flow, "match").Contains("dst=02:fa:b0:00:00:02", StringComparison.Ordinal);

        private static string Text(JsonElement flow, string name) => flow.GetProperty(name).GetString() ?? "";
    }
}
