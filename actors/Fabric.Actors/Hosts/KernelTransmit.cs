using Akka.Actor;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Gathers the frames that the host sends by port, and hands them to the NIC within the places of the PCIe ring.</summary>
internal sealed class KernelTransmit(NodeServices node, ServerParts parts, PcieHostEnd host)
{
    private readonly Dictionary<uint, FrameBatch> _gathered = [];
    private readonly FrameAccount _account = new();

    public void Add(OdpPort port, Frame frame)
    {
        _account.In++;
        if (!_gathered.TryGetValue(port.Value, out var batch)) _gathered[port.Value] = batch = node.Pool.RentBatch();
        batch.Add(frame);
        if (!batch.IsFull) return;
        _gathered.Remove(port.Value);
        Send(port.Value, batch);
    }

    public void Flush()
    {
        if (_gathered.Count == 0) return;
        foreach (var (port, batch) in _gathered) Send(port, batch);
        _gathered.Clear();
    }

    public void DropAll()
    {
        foreach (var batch in _gathered.Values)
        {
            _account.Drops.Add(DropReason.PartStopped, batch.Count);
            batch.Pool.ReturnWithFrames(batch);
        }

        _gathered.Clear();
    }

    /// <summary>The datapath's account with this ring behind it: what left the one entered the other.</summary>
    public FrameAccount Combine(FrameAccount datapath)
    {
        var both = new FrameAccount
        {
            In = datapath.In + _account.In,
            Created = datapath.Created,
            Out = datapath.Out + _account.Out,
            Consumed = datapath.Consumed,
        };
        foreach (var (reason, frames) in datapath.Drops.NonZero().Concat(_account.Drops.NonZero())) both.Drops.Add(reason, frames);
        return both;
    }

    private void Send(uint port, FrameBatch batch)
    {
        var granted = host.ClaimRing(batch.Count);
        if (granted < batch.Count) batch = DropBeyond(batch, granted);
        if (batch.Count == 0)
        {
            batch.Pool.Return(batch);
            return;
        }

        _account.Out += batch.Count;
        batch.Lane = FrameLane.FromHost;
        batch.Port = port;
        batch.RingEpoch = host.Epoch;
        parts.Nic.Tell(batch, ActorRefs.NoSender);
    }

    private FrameBatch DropBeyond(FrameBatch batch, int granted)
    {
        var kept = batch.Pool.RentBatch();
        for (var i = 0; i < batch.Count; i++)
        {
            if (i < granted)
            {
                kept.Add(batch[i]);
                continue;
            }

            _account.Drops.Add(DropReason.PcieRingFull);
            batch.Pool.Return(batch[i]);
        }

        batch.Clear();
        batch.Pool.Return(batch);
        return kept;
    }
}
