using Fabric.Actors;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>The links between the VTEPs, one a direction, with the faults of the plan. It copies bytes, as a network does.</summary>
internal sealed class SimUnderlay
{
    private const int OuterPortAt = 22;
    private const int VniAt = 20 + 8 + 4;

    private readonly SimWorld _world;
    private readonly Dictionary<uint, SimHost> _hosts = [];
    private readonly Dictionary<(SimHost From, SimHost To), long> _lastUs = [];
    private readonly Dictionary<SimHost, FrameBatch> _arriving = [];
    private readonly HashSet<(string From, string To)> _cuts = [];
    private readonly LedgerEntry _ledger;
    private long _queued;
    private long _sent;

    public SimUnderlay(SimWorld world)
    {
        _world = world;
        _ledger = world.Ledger.Add("underlay", new FrameAccount(), () => _queued);
    }

    public LedgerEntry Ledger => _ledger;

    public void Attach(SimHost host) => _hosts.Add(Ipv4Address.Parse(host.Plan.Vtep).Value, host);

    public void Cut(SimHost from, SimHost to) => _cuts.Add((from.Plan.Name, to.Plan.Name));

    public void Mend(SimHost from, SimHost to) => _cuts.Remove((from.Plan.Name, to.Plan.Name));

    public void MendAll() => _cuts.Clear();

    /// <summary>Takes an outer packet from a NIC.</summary>
    public void Send(SimHost from, Frame frame)
    {
        _ledger.Account.In++;
        var bytes = frame.Bytes;
        if (bytes.Length < 20 || !_hosts.TryGetValue(Ipv4Address.Read(bytes[16..]).Value, out var to))
        {
            Drop(frame, DropReason.SendFailed);
            return;
        }

        _sent++;
        if (Misbehaves(frame)) return;
        var faults = _world.Faults;
        if (_cuts.Contains((from.Plan.Name, to.Plan.Name)) || _world.Happens(faults.Loss))
        {
            Drop(frame, DropReason.Impaired);
            return;
        }

        var copies = _world.Happens(faults.Duplicate) ? 2 : 1;
        if (_world.Mutant == SimMutant.SecretDuplicates && _sent % 20 == 0) copies = 2;
        for (var copy = 1; copy < copies; copy++)
        {
            if (!_world.Pool.TryCopy(frame, out var twin)) continue;
            _ledger.Account.Created++;
            Carry(from, to, twin, faults);
        }

        Carry(from, to, frame, faults);
        _ledger.Check();
    }

    /// <summary>An outer packet from nowhere.</summary>
    public void Inject(SimHost to, ReadOnlySpan<byte> packet)
    {
        if (!_world.Pool.TryRent(packet.Length, out var frame)) return;
        packet.CopyTo(frame.Bytes);
        _ledger.Account.Created++;
        _queued++;
        Arrive(to, frame);
    }

    private void Carry(SimHost from, SimHost to, Frame frame, FaultPlan faults)
    {
        if (_world.Happens(faults.Corrupt))
        {
            var bit = _world.Random.Next(frame.Length * 8);
            frame.Bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
        }

        var dueUs = _world.Clock.NowUs + faults.DelayUs;
        if (_world.Happens(faults.Reorder)) dueUs += _world.Random.Next(faults.JitterUs + 1_000);
        else _lastUs[(from, to)] = dueUs = Math.Max(dueUs, _lastUs.GetValueOrDefault((from, to)));
        _queued++;
        _world.Clock.At(dueUs, "link", () => Arrive(to, frame));
    }

    /// <summary>What arrives within some microseconds is handed over together, as a receiving socket does.</summary>
    private void Arrive(SimHost to, Frame frame)
    {
        if (!_arriving.TryGetValue(to, out var batch))
        {
            _arriving[to] = batch = _world.Pool.RentBatch();
            var started = batch;
            _world.Clock.In(20, "receive", () =>
            {
                if (_arriving.TryGetValue(to, out var waiting) && waiting == started) HandOver(to);
            });
        }

        if (_world.Pool.TryRent(frame.Length, out var received))
        {
            frame.Bytes.CopyTo(received.Bytes);
            received.TraceId = frame.TraceId;
            _world.Pool.Return(frame);
            batch.Add(received);
        }
        else
        {
            _queued--;
            Drop(frame, DropReason.NoBuffer);
        }

        if (batch.IsFull) HandOver(to);
    }

    private void HandOver(SimHost to)
    {
        _arriving.Remove(to, out var batch);
        var frames = batch!.Count;
        _queued -= frames;
        if (_world.Mutant == SimMutant.NoBackPressure || to.FromUnderlay.TryClaim(batch))
        {
            _ledger.Account.Out += frames;
            to.ToNicFromUnderlay.Post(frames, () => to.Nic.FromWire(batch));
        }
        else
        {
            _ledger.Account.Drops.Add(DropReason.NicQueueFull, frames);
            _world.Pool.ReturnWithFrames(batch);
        }

        _ledger.Check();
    }

    /// <summary>The planted bugs of links; true when the frame is gone.</summary>
    private bool Misbehaves(Frame frame)
    {
        switch (_world.Mutant)
        {
            case SimMutant.LinkForgets when _sent % 50 == 0:
                _world.Pool.Return(frame);
                _ledger.Check();
                return true;
            case SimMutant.LinkLies when _sent % 50 == 0:
                _ledger.Account.Out++;
                _world.Pool.Return(frame);
                return true;
            case SimMutant.BufferKept when _sent % 50 == 0:
                _ledger.Account.Drops.Add(DropReason.Impaired);
                return true;
            // Later, when guests know each other's MACs: a lost resolution would keep every probe at home.
            case SimMutant.WrongVni when _sent > 300 && frame.Length > VniAt + 4 && frame.Bytes[OuterPortAt] == 4_789 >> 8:
                (frame.Bytes[VniAt + 1], frame.Bytes[VniAt + 2]) = (6_000 >> 8, 6_000 & 0xff);
                return false;
            default:
                return false;
        }
    }

    private void Drop(Frame frame, DropReason reason)
    {
        _ledger.Account.Drops.Add(reason);
        _world.Pool.Return(frame);
        _ledger.Check();
    }
}
