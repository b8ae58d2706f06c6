using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>One server: the real engines, and between them ways that behave as the actors' mailboxes do.</summary>
internal sealed class SimHost
{
    public SimHost(SimWorld world, SimUnderlay underlay, ServerPlan plan, int index)
    {
        (World, Underlay, Plan) = (world, underlay, plan);
        Seed = (uint)(world.Seed * 31 + index);
        FromVfs = new FrameLink(world.Shape.NicQueueFrames);
        FromUnderlay = new FrameLink(world.Shape.NicQueueFrames);
        Watch = new NicWatch(world.Violations, plan.Name);
        ToNicFromKernel = new SimLane(world, "kernel-nic", NicPause);
        ToNicFromUnderlay = new SimLane(world, "wire-nic", NicPause);
        ToKernelFromNic = new SimLane(world, "nic-kernel", KernelPause);
        ToKernelFromAgent = new SimLane(world, "agent-kernel", KernelPause, meanUs: 20);
        ToAgent = new SimLane(world, "kernel-agent", AgentPause, meanUs: 100);
        Control = new SimControl(this);
        Nic = new SimNic(this);
        Kernel = new SimKernel(this);
        Agent = new SimAgent(this);
        foreach (var vm in plan.Vms)
        {
            var port = new SimVm(this, vm);
            Vms.Add(port);
            VmByPort.Add(ServerPorts.VfPort(vm.Vf).Value, port);
        }
    }

    public SimWorld World { get; }

    public SimUnderlay Underlay { get; }

    public ServerPlan Plan { get; }

    public uint Seed { get; }

    public FrameLink FromVfs { get; }

    public FrameLink FromUnderlay { get; }

    public SimPause NicPause { get; } = new();

    public SimPause KernelPause { get; } = new();

    public SimPause AgentPause { get; } = new();

    public SimLane ToNicFromKernel { get; }

    public SimLane ToNicFromUnderlay { get; }

    public SimLane ToKernelFromNic { get; }

    public SimLane ToKernelFromAgent { get; }

    public SimLane ToAgent { get; }

    public SimControl Control { get; }

    public NicWatch Watch { get; }

    public SimNic Nic { get; }

    public SimKernel Kernel { get; }

    public SimAgent Agent { get; }

    public List<SimVm> Vms { get; } = [];

    public Dictionary<uint, SimVm> VmByPort { get; } = [];

    public bool HasBooted { get; private set; }

    public void Start()
    {
        Kernel.Begin();
        Agent.Begin();
        Tick(200, "nic-tick", NicPause, Nic.Tick);
        Tick(250, "kernel-tick", KernelPause, Kernel.Tick);
        Tick(500, "agent-tick", AgentPause, Agent.Tick);
    }

    /// <summary>The ports work: the guests may boot.</summary>
    public void PortsReady()
    {
        if (HasBooted) return;
        HasBooted = true;
        foreach (var vm in Vms) vm.Boot();
    }

    /// <summary>Everything that has a bound, against it.</summary>
    public void CheckBounds()
    {
        var shape = World.Shape;
        Bound("way from VFs", FromVfs.Queued, shape.NicQueueFrames);
        Bound("way from the underlay", FromUnderlay.Queued, shape.NicQueueFrames);
        Bound("frames in the way from the underlay", ToNicFromUnderlay.Frames, shape.NicQueueFrames);
        Bound("upcalls", Kernel.Datapath.QueuedUpcalls, Kernel.Options.UpcallQueueCapacity);
        Bound("L1", Nic.Engine.L1.Count, shape.ExactMatchEntries);
        Bound("L2", Nic.Engine.L2.Count, shape.Rules);
        Bound("masks", Nic.Engine.L2.MaskCount, shape.Masks);
        foreach (var port in Nic.Engine.Ports) Bound($"queue of {port.Number}", port.QueuedCount, shape.VfQueueFrames);
        foreach (var vm in Vms) Bound($"way to {vm.Plan.Name}", vm.ToVm.Queued, shape.VmQueueFrames);
    }

    /// <summary>A timer's message waits in the mailbox like any other.</summary>
    private void Tick(int intervalMs, string kind, SimPause pause, Action tick) => World.Every(intervalMs, kind, () =>
    {
        if (pause.UntilUs <= World.Clock.NowUs) tick();
        else World.Clock.At(pause.UntilUs, kind, tick);
    });

    private void Bound(string what, long size, long limit)
    {
        if (size > limit) World.Violations.Add(Rule.Bounded, $"{Plan.Name}: {what} is {size}, more than {limit}");
    }
}
