using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>The frames that the host sends, gathered by port, within the places of the PCIe ring.</summary>
internal sealed class SimTransmit(SimHost host, PcieHostEnd ring)
{
    private readonly SortedDictionary<uint, Queue<Frame>> _gathered = [];
    private readonly LedgerEntry _ledger = host.World.Ledger.Add($"{host.Plan.Name}/transmit", new FrameAccount(), () => 0);

    public void Add(OdpPort port, Frame frame)
    {
        _ledger.Account.In++;
        if (!_gathered.TryGetValue(port.Value, out var queue)) _gathered[port.Value] = queue = new Queue<Frame>();
        queue.Enqueue(frame);
    }

    public void Flush()
    {
        foreach (var (port, queue) in _gathered)
        {
            while (queue.Count > 0)
            {
                var batch = host.World.Pool.RentBatch();
                while (!batch.IsFull && queue.TryDequeue(out var frame))
                {
                    if (ring.ClaimRing(1) == 1) batch.Add(frame);
                    else Drop(frame, DropReason.PcieRingFull);
                }

                Send(new OdpPort(port), batch);
            }
        }

        _ledger.Check();
    }

    public void DropAll()
    {
        foreach (var queue in _gathered.Values)
            while (queue.TryDequeue(out var frame)) Drop(frame, DropReason.PartStopped);
    }

    private void Send(OdpPort port, FrameBatch batch)
    {
        if (batch.Count == 0)
        {
            host.World.Pool.Return(batch);
            return;
        }

        _ledger.Account.Out += batch.Count;
        batch.RingEpoch = ring.Epoch;
        host.ToNicFromKernel.Post(batch.Count, () => host.Nic.FromHost(port, batch));
    }

    private void Drop(Frame frame, DropReason reason)
    {
        _ledger.Account.Drops.Add(reason);
        host.World.Pool.Return(frame);
    }
}
