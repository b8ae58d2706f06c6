using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>What rows want of controllers, tables of rules and connection tracking.</summary>
public static partial class ConfigurationReader
{
    private static ControllerConfiguration Controller(Row row) => new(row.Text("target"))
    {
        Row = row.Id,
        IsPrimary = ControllerConfiguration.IsPrimaryTarget(row.Text("target"), row.OptionalText("type")),
        MaxBackoffMs = WholeSeconds(row.OptionalNumber("max_backoff"), ControllerConfiguration.DefaultMaxBackoffMs, leastMs: 1_000),
        ProbeMs = Probe(row.OptionalNumber("inactivity_probe")),
        HasAsyncMessages = row["enable_async_messages"].Boolean ?? true,
        RateLimit = Delay(row.OptionalNumber("controller_rate_limit") ?? 0),
        BurstLimit = Delay(row.OptionalNumber("controller_burst_limit") ?? 0),
        QueueSize = Delay(row.OptionalNumber("controller_queue_size") ?? ControllerConfiguration.DefaultQueueSize),
    };

    private static int Probe(long? ms) =>
        ms == 0 ? 0 : WholeSeconds(ms, ControllerConfiguration.DefaultProbeMs, ControllerConfiguration.LeastProbeMs);

    private static int WholeSeconds(long? ms, int defaultMs, int leastMs) =>
        Math.Max(leastMs, Delay(ms ?? defaultMs) / 1_000 * 1_000);

    private static Dictionary<byte, FlowTableConfiguration> FlowTables(DatabaseCopy database, Row bridge)
    {
        var (references, tables) = (bridge["flow_tables"], new Dictionary<byte, FlowTableConfiguration>());
        for (var i = 0; i < references.Count; i++)
        {
            if (database.Rows("Flow_Table").TryGetValue(references.Values[i].AsUuid, out var row))
                tables[(byte)references.Keys[i].AsInteger] = FlowTable(row);
        }

        return tables;
    }

    private static FlowTableConfiguration FlowTable(Row row) => new()
    {
        Name = row.Text("name"),
        FlowLimit = row.OptionalNumber("flow_limit"),
        Evicts = row.Text("overflow_policy") == "evict",
        Groups = Strings(row["groups"]),
        Prefixes = row["prefixes"].IsEmpty ? null : Strings(row["prefixes"]),
    };

    private static IEnumerable<ZoneConfiguration> Zones(DatabaseCopy database, Row root)
    {
        var datapaths = root["datapaths"];
        for (var i = 0; i < datapaths.Count; i++)
        {
            if (!database.Rows("Datapath").TryGetValue(datapaths.Values[i].AsUuid, out var datapath)) continue;
            var zones = datapath["ct_zones"];
            for (var z = 0; z < zones.Count; z++)
            {
                if (!database.Rows("CT_Zone").TryGetValue(zones.Values[z].AsUuid, out var zone)) continue;
                yield return new ZoneConfiguration(
                    datapaths.Keys[i].AsString, (ushort)zones.Keys[z].AsInteger, Timeouts(database, zone));
            }
        }
    }

    private static Dictionary<string, uint> Timeouts(DatabaseCopy database, Row zone)
    {
        var timeouts = new Dictionary<string, uint>();
        foreach (var policy in database.Referred("CT_Timeout_Policy", zone["timeout_policy"]))
        {
            var map = policy["timeouts"];
            for (var i = 0; i < map.Count; i++) timeouts[map.Keys[i].AsString] = (uint)map.Values[i].AsInteger;
        }

        return timeouts;
    }

    private static TlsConfiguration Tls(Row row) =>
        new(row.Text("private_key"), row.Text("certificate"), row.Text("ca_cert"), row.Flag("bootstrap_ca_cert"));

    private static string[] Strings(Datum set) => [.. set.Keys.ToArray().Select(atom => atom.AsString)];
}
