using System.Globalization;
using Fabric.Flow;
using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>
/// What ovs-vswitchd writes back into its database: what became of the configuration. Each method puts values beside the rows; only those
/// that differ are written. Columns of what Fabric does not do (spanning trees, CFM) stay as they are, that is, empty.
/// </summary>
internal sealed class StatusColumns(DatabaseCopy database, OvsAgent agent, SwitchReconciler reconciler, IDevices devices)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>What the switch can do; written once it runs.</summary>
    public void WriteRoot(DatabaseWrite write, Row root)
    {
        write.Set(root, "iface_types", devices.InterfaceTypes);
        write.Set(root, "datapath_types", devices.DatapathTypes);
        write.Set(root, "dpdk_initialized", false);
        write.Set(root, "dpdk_version", "none");
        // A datapath is there, and can be asked, once a bridge is of its type.
        foreach (var type in database.Rows("Bridge").Values.Select(row => row.Text("datapath_type")).Distinct())
            if (root["datapaths"].TryGet(Atom.String(type.Length == 0 ? "system" : type), out Atom id) &&
                database.Rows("Datapath").TryGetValue(id.AsUuid, out var row))
                write.Set(row, "capabilities", agent.Features.Capabilities);
    }

    public void WriteBridges(DatabaseWrite write)
    {
        foreach (var row in database.Rows("Bridge").Values)
        {
            if (agent.FindBridge(row.Text("name")) is not { } bridge) continue;
            write.Set(row, "datapath_id", bridge.DatapathId.ToString("x16", CultureInfo.InvariantCulture));
            write.Set(row, "datapath_version", devices.DatapathVersion);
        }

        foreach (var row in database.Rows("Port").Values) WritePort(write, row);
        foreach (var row in database.Rows("Interface").Values) WriteInterface(write, row);
    }

    /// <summary>Counters and what changes with time; every few seconds.</summary>
    public void WriteStatistics(DatabaseWrite write, IReadOnlyDictionary<OdpPort, PortCounters> counters)
    {
        foreach (var row in database.Rows("Interface").Values)
        {
            if (!reconciler.Interfaces.TryGetValue(row.Text("name"), out var state) || !state.IsWorking) continue;
            InterfaceColumns.WriteStatistics(write, row, state, CountersOf(state, counters));
        }

        foreach (var bridge in database.Rows("Bridge").Values)
            foreach (var row in database.Referred("Mirror", bridge["mirrors"]))
                if (agent.FindBridge(bridge.Text("name"))?.Mirrors.FirstOrDefault(m => m.Name == row.Text("name")) is { } mirror)
                    write.Set(row, "statistics", [("tx_packets", mirror.TxPackets), ("tx_bytes", mirror.TxBytes)]);
    }

    /// <summary>What became of the connections with controllers (OVS <c>refresh_controller_status</c>).</summary>
    public void WriteControllers(DatabaseWrite write, Func<Guid, ControllerStatus?> find)
    {
        foreach (var row in database.Rows("Controller").Values)
        {
            var status = find(row.Id);
            write.Set(row, "is_connected", status?.IsConnected == true);
            write.Set(row, "role", status?.Role);
            write.Set(row, "status", status?.Pairs ?? None);
        }
    }

    private void WritePort(DatabaseWrite write, Row row)
    {
        var bond = agent.Bridges.Select(bridge => bridge.FindBond(row.Text("name"))).FirstOrDefault(found => found is not null);
        write.Set(row, "bond_active_slave", bond is null ? null : (bond.Active is null ? default : bond.ActiveMac ?? default).ToString());
        write.Set(row, "status", None);
        write.Set(row, "statistics", Datum.Empty);
    }

    private void WriteInterface(DatabaseWrite write, Row row)
    {
        if (!reconciler.Interfaces.TryGetValue(row.Text("name"), out var state)) return;
        if (!state.IsWorking)
        {
            InterfaceColumns.WriteFailure(write, row, state.Error);
            return;
        }

        InterfaceColumns.WriteStatus(write, row, state, agent.FindBridge(state.Bridge)?.FindPort(state.Number), devices);
        // Counters are there from the first moment on, as the client may read them as soon as the port works.
        if (row["statistics"].IsEmpty) InterfaceColumns.WriteStatistics(write, row, state, default);
    }

    /// <summary>Tunnels share a port of the datapath and patch ports have none, so the agent counts for them.</summary>
    private PortCounters CountersOf(InterfaceState state, IReadOnlyDictionary<OdpPort, PortCounters> counters)
    {
        if ((state.IsPatch || state.IsTunnel) && agent.FindBridge(state.Bridge)?.FindPort(state.Number) is { } port)
            return new PortCounters(port.CreditedRxPackets, port.CreditedRxBytes, 0, port.CreditedTxPackets, port.CreditedTxBytes, 0);
        return counters.GetValueOrDefault(state.Odp);
    }
}
