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
        var parts = new ServerParts(plan) { Server = self };
        var seed = (uint)string.GetHashCode(plan.Name, StringComparison.Ordinal);
        parts.Ovsdb = context.ActorOf(OvsdbActor.Props(ServerOvsdb.Settings(plan.Name, node, context.GetLogger()), node.Clock), "ovsdb");
        parts.Kernel = context.ActorOf(KernelDatapathActor.Props(node, parts, seed), "kernel");
        parts.Agent = context.ActorOf(
            OvsAgentActor.Props(node, parts).WithDispatcher(DirectTurns.In(context.System)), "agent");

        var fromVfs = new FrameLink(NicQueueFrames);
        var fromUnderlay = new FrameLink(NicQueueFrames);
        var nicPlan = new SmartNicPlan(
            plan.Name, NicOptions(plan), seed, vtep, MacAddress.Parse(plan.VtepMac), parts.Kernel, parts.VfByPort,
            () => parts.Functions, fromVfs, fromUnderlay,
            node.UnderlayInlet);
        parts.Nic = context.ActorOf(SmartNicActor.Props(nicPlan, node), "nic");
        toNic = new FrameInlet(parts.Nic, FrameLane.FromWire, fromUnderlay, DropReason.NicQueueFull);

        var vfToNic = new FrameInlet(parts.Nic, FrameLane.FromVm, fromVfs, DropReason.NicQueueFull);
        parts.MakeVf = (where, vf) => MakeVf(where, vf, parts.Nic, vfToNic);
        foreach (var vm in plan.Vms) AddVm(context, vm, parts);
        ServerConsole.Open(context, plan, node, parts);
        parts.Kernel.Tell(Begin.Instance);
        parts.Agent.Tell(Begin.Instance);
        parts.Control = context.ActorOf(OverlayActor.Props(node, parts), "control");
        return parts;
    }

    /// <summary>Boots the guests, once their ports work.</summary>
    public static void StartVms(IActorContext context, ServerPlan plan, NodeServices node, ServerParts parts)
    {
        foreach (var vm in plan.Vms)
        {
            if (parts.Vms.ContainsKey(vm.Name)) continue;
            var ways = parts.VmWays[vm.Name];
            // One that was there before may not have ended yet.
            var name = context.Child($"vm-{vm.Name}").IsNobody() ? $"vm-{vm.Name}" : $"vm-{vm.Name}-{node.NextLife()}";
            parts.Vms[vm.Name] = context.ActorOf(VmActor.Props(plan.Name, vm, node, ways), name);
            ways.Actor = parts.Vms[vm.Name];
        }
    }

    /// <summary>The VF of this index, made if it is not there.</summary>
    public static VfParts VfOf(IActorContext context, int vf, ServerParts parts)
    {
        if (parts.Vfs.TryGetValue(vf, out var there)) return there;
        var made = parts.MakeVf(context, vf);
        parts.Vfs.Add(vf, made);
        parts.VfByPort[ServerPorts.VfPort(vf).Value] = made.Actor;
        return made;
    }

    public static VmWays WaysOf(VmPlan vm) => new(vm.Name, new FrameLink(VmQueueFrames));

    private static void AddVm(IActorContext context, VmPlan vm, ServerParts parts)
    {
        var ways = WaysOf(vm);
        parts.VmWays[vm.Name] = ways;
        if (vm.Vf < 0) return;
        var vf = VfOf(context, vm.Vf, parts);
        vf.Slot.Vm = ways;
        ways.Vf = vf;
    }

    private static VfParts MakeVf(IActorContext context, int vf, IActorRef nic, FrameInlet toNic)
    {
        var (name, port, slot, fromVm) = (ServerPorts.VfName(vf), ServerPorts.VfPort(vf), new VfSlot(null), new FrameLink(VmQueueFrames));
        var actor = context.ActorOf(VfActor.Props(new VfPlan(name, port, fromVm, new VfCredit(port), nic, toNic, slot)), name);
        return new VfParts(name, actor, slot, new FrameInlet(actor, FrameLane.FromVm, fromVm, DropReason.VfQueueFull));
    }

    private static SmartNicOptions NicOptions(ServerPlan plan) => new()
    {
        ExactMatch = new ExactMatchOptions { Capacity = plan.Nic.ExactMatchEntries },
        Eviction = plan.Nic.Eviction,
        RuleLimit = plan.Nic.Rules,
        MaskLimit = plan.Nic.Masks,
        StatisticsContextLimit = plan.Nic.StatisticsContexts,
        Offloads = OffloadProfile.Of(plan.Nic.Offloads),
        PortRateBps = plan.Nic.PortBps,
        Pcie = PcieSettings.Of(plan),
        // A NIC that is offered nothing has nothing to remember frames for.
        IsL1Enabled = plan.HasOffload,
        IsL2Enabled = plan.HasOffload,
    };
}
