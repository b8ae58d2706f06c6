using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Makes the parts of a server and the ways between them.</summary>
internal static class ServerAssembly
{
    /// <summary>Frames that may wait in front of a NIC, from all its VFs and from the underlay, each.</summary>
    private const int NicQueueFrames = 8_192;

    /// <summary>Frames that may wait in front of a VF or a VM.</summary>
    private const int VmQueueFrames = 4_096;

    /// <param name="toNic">The way of packets that the underlay receives for this server.</param>
    public static ServerParts Build(
        IActorContext context, IActorRef self, ServerPlan plan, NodeServices node, uint vtep, out FrameInlet toNic)
    {
        var parts = new ServerParts { Server = self };
        var seed = (uint)string.GetHashCode(plan.Name, StringComparison.Ordinal);
        parts.Ovsdb = context.ActorOf(OvsdbActor.Props(ServerOvsdb.Settings(plan.Name, node, context.GetLogger()), node.Clock), "ovsdb");
        parts.Kernel = context.ActorOf(KernelDatapathActor.Props(plan, node, parts, seed), "kernel");
        parts.Agent = context.ActorOf(OvsAgentActor.Props(plan, node, parts), "agent");

        var fromVfs = new FrameLink(NicQueueFrames);
        var fromUnderlay = new FrameLink(NicQueueFrames);
        var nicPlan = new SmartNicPlan(
            plan.Name, NicOptions(plan), seed, vtep, MacAddress.Parse(plan.VtepMac), parts.Kernel, parts.VfByPort, fromVfs, fromUnderlay,
            node.UnderlayInlet);
        parts.Nic = context.ActorOf(SmartNicActor.Props(nicPlan, node), "nic");
        toNic = new FrameInlet(parts.Nic, FrameLane.FromWire, fromUnderlay, DropReason.NicQueueFull);

        foreach (var vm in plan.Vms)
            AddVf(context, plan, vm, node, parts, new FrameInlet(parts.Nic, FrameLane.FromVm, fromVfs, DropReason.NicQueueFull));
        ServerConsole.Open(context, plan, node, parts);
        parts.Kernel.Tell(Begin.Instance);
        parts.Agent.Tell(Begin.Instance);
        parts.Control = context.ActorOf(OverlayActor.Props(plan, node, parts), "control");
        return parts;
    }

    /// <summary>Boots the guests, once their ports work.</summary>
    public static void StartVms(IActorContext context, ServerPlan plan, NodeServices node, ServerParts parts)
    {
        foreach (var vm in plan.Vms)
        {
            if (parts.Vms.ContainsKey(vm.Name)) continue;
            var ways = parts.VmWays[vm.Name];
            parts.Vms[vm.Name] = context.ActorOf(VmActor.Props(plan.Name, vm, node, ways.ToVm, ways.ToVf), $"vm-{vm.Name}");
            ways.Vm = parts.Vms[vm.Name];
        }
    }

    private static void AddVf(IActorContext context, ServerPlan plan, VmPlan vm, NodeServices node, ServerParts parts, FrameInlet toNic)
    {
        var port = ServerPorts.VfPort(vm.Vf);
        var fromVm = new FrameLink(VmQueueFrames);
        var ways = new VmWays(new FrameLink(VmQueueFrames));
        parts.VmWays[vm.Name] = ways;
        var vf = context.ActorOf(
            VfActor.Props(new VfPlan(
                plan.Name, ServerPorts.VfName(vm.Vf), port, vm.Name, vm.Mac, fromVm, new VfCredit(port), parts.Nic, toNic, ways.Inlet)),
            ServerPorts.VfName(vm.Vf));
        ways.ToVf = new FrameInlet(vf, FrameLane.FromVm, fromVm, DropReason.VfQueueFull);
        parts.Vfs[vm.Name] = vf;
        parts.VfByPort[port.Value] = vf;
    }

    private static SmartNicOptions NicOptions(ServerPlan plan) => new()
    {
        ExactMatch = new ExactMatchOptions { Capacity = plan.Nic.ExactMatchEntries },
        Eviction = plan.Nic.Eviction,
        RuleLimit = plan.Nic.Rules,
        MaskLimit = plan.Nic.Masks,
        StatisticsContextLimit = plan.Nic.StatisticsContexts,
        Offloads = OffloadProfile.Of(plan.Nic.Offloads),
        // A NIC that is offered nothing has nothing to remember frames for.
        IsL1Enabled = plan.HasOffload,
        IsL2Enabled = plan.HasOffload,
    };
}
