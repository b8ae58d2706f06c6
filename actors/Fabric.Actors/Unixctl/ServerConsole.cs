using System.Net;
using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The control sockets of an emulated server, and what stands behind them.</summary>
internal static class ServerConsole
{
    private const string Switch = "ovs-vswitchd";
    private const string Database = "ovsdb-server";

    /// <summary>For the agent: its commands and its log. Without a data folder there is neither socket nor file.</summary>
    public static SwitchConsole Make(ServerPlan plan, NodeServices node, OvsAgent agent, IDatapath datapath, IActorRef self)
    {
        var host = new ServerSwitchHost(self);
        var context = new SwitchContext(agent, datapath, host);
        AddRoutes(context.Routes, plan);
        var path = node.DataFolder is { } data ? Path.Combine(RunDirectory.Make(data, plan.Name, out _), Switch + ".log") : null;
        host.Log = new DaemonLog(Switch, Environment.ProcessId, path, context.Log, node.Clock);
        host.Log.Reopen();
        return new SwitchConsole(context, host.Log);
    }

    /// <summary>Opens the sockets, once the parts are made.</summary>
    public static void Open(IActorContext context, ServerPlan plan, NodeServices node, ServerParts parts)
    {
        if (node.DataFolder is not { } data) return;
        var run = RunDirectory.Make(data, plan.Name, out _);
        var commands = context.ActorOf(SwitchCommandsActor.Props(parts), "switch-commands");
        context.ActorOf(UnixctlActor.Props(new UnixctlSettings(run, Switch, commands)), "switch-ctl");
        var ofDatabase = context.ActorOf(
            OvsdbCommandsActor.Props(parts.Ovsdb, node.Clock, new ServerSwitchHost(parts.Ovsdb), new VlogSettings()), "ovsdb-commands");
        context.ActorOf(UnixctlActor.Props(new UnixctlSettings(run, Database, ofDatabase)), "ovsdb-ctl");
    }

    /// <summary>The routes of the emulated host: its underlay, and itself.</summary>
    private static void AddRoutes(RouteTable routes, ServerPlan plan)
    {
        var (vtep, subnet) = (IpAddress.Parse(plan.Vtep), IPNetwork.Parse(plan.UnderlayPrefix));
        routes.AddAddress(ServerPorts.Physical, vtep, subnet.PrefixLength);
        routes.AddCached(new RouteEntry(
            IpAddress.Parse(subnet.BaseAddress.ToString()), subnet.PrefixLength, 0, ServerPorts.Physical, default, vtep, IsUser: false));
        routes.AddCached(new RouteEntry(vtep, vtep.BitCount, 0, ServerPorts.Physical, default, vtep, IsUser: false) { IsLocal = true });
    }
}
