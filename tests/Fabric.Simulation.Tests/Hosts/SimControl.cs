using Fabric.Flow;
using Fabric.Nic;

namespace Fabric.Simulation.Tests;

/// <summary>The control messages between host and NIC: envelopes that may be lost, doubled and overtaken.</summary>
internal sealed class SimControl(SimHost host)
{
    public void ToNic(PcieEnvelope envelope) =>
        Carry(Mutate(envelope), host.NicPause, "to-nic", e => host.Nic.ReceiveControl(e));

    public void ToHost(PcieEnvelope envelope) => Carry(envelope, host.KernelPause, "to-host", e => host.Kernel.ReceiveControl(e));

    private void Carry(PcieEnvelope envelope, SimPause receiver, string kind, Action<PcieEnvelope> deliver)
    {
        var world = host.World;
        var faults = world.Faults;
        if (world.Happens(faults.EnvelopeLoss)) return;
        var copies = world.Happens(faults.EnvelopeDuplicate) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var delayUs = 1 + world.Random.Next(10) + (world.Happens(faults.EnvelopeReorder) ? world.Random.Next(50_000) : 0);
            world.Clock.At(Math.Max(receiver.UntilUs, world.Clock.NowUs + delayUs), kind, () => deliver(envelope));
        }
    }

    private PcieEnvelope Mutate(PcieEnvelope envelope) => host.World.Mutant switch
    {
        SimMutant.DeleteIgnored =>
            envelope with { Messages = [.. envelope.Messages.Select(m => m is FlowDelete ? new FlowDelete(new Ufid(1, 1)) : m)] },
        SimMutant.EndlessLease when envelope.LeaseUntilMs > 0 => envelope with { LeaseUntilMs = long.MaxValue },
        _ => envelope,
    };
}
