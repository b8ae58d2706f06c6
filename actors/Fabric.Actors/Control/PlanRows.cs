using System.Globalization;
using Fabric.Actors.Protocol;
using Fabric.Agent.Configuration;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// Writes a plan into a server's database, as one transaction: all of it on the first boot, on a later one what changed since. The root row
/// remembers which ports a plan made. Only rows that Fabric made are touched; a port that the operator deleted stays deleted. A bridge that
/// was deleted is made again, with all its ports, when the plan is written again: at the next start, or with another plan.
/// </summary>
public static class PlanRows
{
    /// <summary>The transaction, a JSON array of operations; null when the database is as the plan wants it.</summary>
    public static byte[]? Operations(DatabaseCopy database, ServerPlan plan)
    {
        var wanted = PlanConfiguration.Of(plan).Bridges[0].Ports.Select(port => port.Interfaces[0]).ToList();
        var writer = new RowWriter();
        var root = database.Root;
        var names = string.Join(',', wanted.Select(i => i.Name));
        var known = root is not null && root["external_ids"].TryGet(FabricIds.Ports, out var list) ? list.Split(',') : null;
        var bridge = database.Rows("Bridge").Values.FirstOrDefault(row => row["name"].Text == ServerPorts.Bridge);
        var ports = database.Rows("Port").Values.Select(row => row["name"].Text).ToHashSet();
        var added = wanted.Where(i => (bridge is null || known?.Contains(i.Name) != true) && !ports.Contains(i.Name)).ToList();
        foreach (var i in added) writer.InsertPort(i);
        if (bridge is null) writer.InsertBridge(ServerPorts.Bridge, plan.IsUserspace ? "netdev" : "", added);
        else if (added.Count > 0) writer.AddPorts(bridge, added);
        if (bridge is not null && known is not null) Update(database, writer, bridge, wanted, known);
        if (!writer.IsEmpty || root is null || known is null || string.Join(',', known) != names) WriteRoot(writer, root, plan, names,
            known is null);
        return writer.IsEmpty ? null : writer.ToOperations();
    }

    private static void Update(
        DatabaseCopy database, RowWriter writer, Row bridge, List<InterfaceConfiguration> wanted, IReadOnlyCollection<string> known)
    {
        foreach (var port in database.Referred("Port", bridge["ports"]))
        {
            var row = database.Referred("Interface", port["interfaces"]).FirstOrDefault();
            if (row is null || port["name"].Text is not { } name || !known.Contains(name) || !IsOurs(row)) continue;
            if (wanted.Find(i => i.Name == name) is not { } wish)
            {
                writer.RemovePort(bridge, port);
                continue;
            }

            writer.Change(row, "external_ids", wish.ExternalIds);
            writer.Change(row, "options", wish.Options);
        }
    }

    private static bool IsOurs(Row row) => row["external_ids"] is var ids && (ids.TryGet(FabricIds.Vm,
        out _) || ids.TryGet(FabricIds.Peers, out _));

    /// <summary>What <c>ovs-ctl</c> writes when a system starts, and what this plan made.</summary>
    private static void WriteRoot(RowWriter writer, Row? root, ServerPlan plan, string ports, bool isFirst)
    {
        var ids = new Dictionary<string, string> { [FabricIds.Ports] = ports };
        if (isFirst) (ids["hostname"], ids["system-id"]) = (plan.Name, plan.Name);
        var version = typeof(PlanRows).Assembly.GetName().Version?.ToString(3) ?? "";
        var columns = new Dictionary<string, string>
        {
            ["ovs_version"] = "3.1.0", ["db_version"] = SwitchSchema.Instance.Version, ["system_type"] = "fabric",
                ["system_version"] = version,
        };
        writer.WriteRoot(root, ids, isFirst ? columns : [], isFirst && plan.HasOffload ? ("hw-offload", "true") : null);
    }
}
