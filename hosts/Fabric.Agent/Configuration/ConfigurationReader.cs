using System.Globalization;
using Fabric.Flow;
using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>
/// Reads what the rows of schema Open_vSwitch 8.3.1 want a switch to be. The schema has checked types and references already, so nothing
/// here can fail.
/// </summary>
public static partial class ConfigurationReader
{
    /// <summary>
    /// Columns that the agent itself writes, or that say nothing to it: a change of them alone is no change of the configuration.
    /// </summary>
    private static readonly Dictionary<string, string[]> Read = new()
    {
        ["Open_vSwitch"] = ["bridges", "other_config", "next_cfg", "datapaths", "ssl"],
        ["Bridge"] =
            [
                "name", "datapath_type", "ports", "mirrors", "controller", "fail_mode", "other_config", "flood_vlans", "protocols",
                "flow_tables",
            ],
        ["Port"] =
        [
            "name", "interfaces", "trunks", "cvlans", "tag", "vlan_mode", "qos", "bond_mode", "lacp", "bond_updelay", "bond_downdelay",
            "protected", "other_config",
        ],
        ["Interface"] =
        [
            "name", "type", "options", "ofport_request", "mac", "mtu_request", "other_config", "external_ids", "bfd",
            "ingress_policing_rate", "ingress_policing_burst", "ingress_policing_kpkts_rate", "ingress_policing_kpkts_burst",
        ],
        ["Mirror"] =
            ["name", "select_all", "select_src_port", "select_dst_port", "select_vlan", "output_port", "output_vlan", "snaplen"],
        ["QoS"] = ["type", "queues", "other_config"],
        ["Queue"] = ["dscp", "other_config"],
        ["Controller"] =
        [
            "type", "target", "max_backoff", "inactivity_probe", "connection_mode", "enable_async_messages", "controller_queue_size",
            "controller_rate_limit", "controller_burst_limit",
        ],
        ["Flow_Table"] = ["name", "flow_limit", "overflow_policy", "groups", "prefixes"],
        ["Datapath"] = ["ct_zones"],
        ["CT_Zone"] = ["timeout_policy"],
        ["CT_Timeout_Policy"] = ["timeouts"],
        ["SSL"] = ["private_key", "certificate", "ca_cert", "bootstrap_ca_cert"],
    };

    /// <summary>Does the switch have to look at the configuration again because of this change?</summary>
    public static bool IsChange(string table, Row? before, Row? after)
    {
        if (!Read.TryGetValue(table, out var columns)) return false;
        if (before is null || after is null) return true;
        foreach (var column in columns)
            if (!before[column].Equals(after[column])) return true;
        return false;
    }

    public static SwitchConfiguration Of(DatabaseCopy database) => database.Root is not { } root ? new SwitchConfiguration()
        : new SwitchConfiguration
        {
            Bridges = [.. database.Referred("Bridge", root["bridges"]).Where(HasFileName).Select(row => Bridge(database, row))],
            Zones = [.. Zones(database, root)],
            Tls = database.Referred("SSL", root["ssl"]).Select(Tls).FirstOrDefault(),
            OtherConfig = root.Map("other_config"),
        };

    /// <summary>A bridge gives its name to sockets; others are ignored (OVS <c>add_del_bridges</c>).</summary>
    private static bool HasFileName(Row row) => row.Text("name").AsSpan().IndexOfAny('/', '\\') < 0;

    private static BridgeConfiguration Bridge(DatabaseCopy database, Row row) => new(row.Text("name"))
    {
        Row = row.Id,
        DatapathType = row.Text("datapath_type"),
        FailMode = row.Text("fail_mode") == "secure" ? FailMode.Secure : FailMode.Standalone,
        Ports = [.. database.Referred("Port", row["ports"]).Select(port => Port(database, port))],
        Mirrors = [.. database.Referred("Mirror", row["mirrors"]).Select(mirror => Mirror(database, mirror))],
        Controllers = [.. database.Referred("Controller", row["controller"]).Select(Controller)],
        Protocols = [.. row["protocols"].Keys.ToArray().Select(p => p.AsString)],
        FlowTables = FlowTables(database, row),
        FloodVlans = row.Vlans("flood_vlans"),
        OtherConfig = row.Map("other_config"),
    };

    private static PortConfiguration Port(DatabaseCopy database, Row row) =>
        new(row.Text("name"),
            [.. database.Referred("Interface", row["interfaces"]).Select(Interface).OrderBy(i => i.Name, StringComparer.Ordinal)])
        {
            Row = row.Id,
            Tag = (ushort?)row.OptionalNumber("tag"),
            Trunks = row.Vlans("trunks"),
            CustomerVlans = row.Vlans("cvlans"),
            VlanMode = row.OptionalText("vlan_mode"),
            BondMode = row.OptionalText("bond_mode"),
            Lacp = row.OptionalText("lacp"),
            BondUpDelayMs = Delay(row.Number("bond_updelay")),
            BondDownDelayMs = Delay(row.Number("bond_downdelay")),
            LastActive = row.OptionalText("bond_active_slave"),
            IsProtected = row.Flag("protected"),
            Qos = database.Referred("QoS", row["qos"]).Select(qos => Qos(database, qos)).FirstOrDefault(),
            OtherConfig = row.Map("other_config"),
        };

    private static InterfaceConfiguration Interface(Row row) => new(row.Text("name"), row.Text("type"))
    {
        Options = row.Map("options"),
        Request = (ushort?)row.OptionalNumber("ofport_request"),
        Earlier = row.OptionalNumber("ofport") is > 0 and < 0xff00 and var number ? (ushort)number : null,
        Mac = row.OptionalText("mac"),
        MtuRequest = (int?)row.OptionalNumber("mtu_request"),
        ExternalIds = row.Map("external_ids"),
        OtherConfig = row.Map("other_config"),
        Bfd = BfdSettings.Of(row.Map("bfd")),
        Policing = new PolicingSettings(
            row.Number("ingress_policing_rate"), row.Number("ingress_policing_burst"), row.Number("ingress_policing_kpkts_rate"),
            row.Number("ingress_policing_kpkts_burst")),
    };

    private static MirrorSettings Mirror(DatabaseCopy database, Row row) => new(row.Text("name"))
    {
        SelectAll = row.Flag("select_all"),
        SelectSourcePorts = Names(database, row["select_src_port"]),
        SelectDestinationPorts = Names(database, row["select_dst_port"]),
        SelectVlans = row["select_vlan"].IsEmpty ? null : VlanSet.Of([.. row.Vlans("select_vlan")]),
        OutputPort = Names(database, row["output_port"]).FirstOrDefault(),
        OutputVlan = (ushort?)row.OptionalNumber("output_vlan"),
        SnapSize = (ushort)row.Number("snaplen"),
    };

    private static QosSettings Qos(DatabaseCopy database, Row row)
    {
        var (references, queues) = (row["queues"], new Dictionary<uint, QueueSettings>());
        for (var i = 0; i < references.Count; i++)
        {
            if (!database.Rows("Queue").TryGetValue(references.Values[i].AsUuid, out var queue)) continue;
            queues[(uint)references.Keys[i].AsInteger] = Queue(queue);
        }

        return new QosSettings(row.Text("type")) { MaxRateBps = Rate(row.Map("other_config"), "max-rate"), Queues = queues };
    }

    private static QueueSettings Queue(Row row)
    {
        var config = row.Map("other_config");
        return new QueueSettings
        {
            MinRateBps = Rate(config, "min-rate"),
            MaxRateBps = Rate(config, "max-rate"),
            BurstBits = Rate(config, "burst"),
            Priority = (uint)Math.Min(uint.MaxValue, Rate(config, "priority")),
            Dscp = (byte?)row.OptionalNumber("dscp"),
        };
    }

    /// <summary>As OVS's <c>smap_get_ullong</c>: what is no number is 0.</summary>
    private static long Rate(IReadOnlyDictionary<string, string> config, string key) =>
        long.TryParse(config.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var rate) ? rate : 0;

    private static IReadOnlyList<string> Names(DatabaseCopy database, Datum ports) =>
        [.. database.Referred("Port", ports).Select(port => port.Text("name"))];

    private static int Delay(long ms) => (int)Math.Clamp(ms, 0, int.MaxValue);
}
