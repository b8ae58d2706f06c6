using System.Buffers.Binary;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// NIC, kernel datapath and an agent that answers upcalls from <see cref="RandomRules"/>, over a channel without faults. It notes every
/// frame that comes out: where, with what bytes, and whether one overtook another of its microflow.
/// </summary>
internal sealed class TierRig : INicOutput, IKernelOutput, IDisposable
{
    private const int PortCount = 6;
    private const int ToAgent = PortCount - 1;

    private readonly FramePool _pool;
    private readonly RandomRules _rules;
    private readonly bool _hasMegaflows;
    private readonly PcieOffloadHook _hook;
    private readonly Queue<(OdpPort Port, Frame Frame)> _transmit = new();
    private readonly Queue<(FrameBatch Batch, FallbackReason Reason)> _fallback = new();
    private readonly Upcall[] _upcalls = new Upcall[64];
    private readonly int[] _owedCredit = new int[5];
    private readonly int[] _lastNumbers;
    private byte[] _arena = new byte[1 << 16];
    private (ulong Key, int Offset, int Size)[] _outcomes = new (ulong, int, int)[1_024];
    private ulong[] _order = new ulong[1_024];
    private int _outcomeCount;
    private int _arenaUsed;
    private long _nowMs = 1;

    public TierRig(FramePool pool, RandomRules rules, SmartNicOptions options, bool hasMegaflows, int microflowCount)
    {
        (_pool, _rules, _hasMegaflows) = (pool, rules, hasMegaflows);
        _lastNumbers = new int[microflowCount * PortCount];
        Array.Fill(_lastNumbers, -1);
        _hook = new PcieOffloadHook(options.Pcie, epoch: 1);
        Kernel = new KernelDatapath(new KernelDatapathOptions { MaxIdleMs = int.MaxValue }, pool, new TunnelTables(), this, _hook);
        _hook.Attach(Kernel);
        Nic = new SmartNic(options, pool, this, 3);
        Kernel.AddPort(new DatapathPort(OdpPort.Local, "br0", DatapathPortKind.Local));
        for (uint vf = 1; vf <= 4; vf++) AddPort(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor, new(0x0200_0000_00f0UL | vf));
        AddPort(NicRig.Physical, "phy0", DatapathPortKind.Physical, NicRig.PhysicalMac);
        Kernel.AddPort(new DatapathPort(NicRig.Tunnel, "vxlan_sys_4789", DatapathPortKind.Tunnel));
        foreach (var update in NicRig.VxlanUpdates()) Kernel.ApplyTunnel(update);
        Settle();
    }

    public KernelDatapath Kernel { get; }

    public SmartNic Nic { get; }

    /// <summary>Frames that left before an earlier one of their microflow did, by the same port.</summary>
    public int Overtakings { get; private set; }

    /// <summary>What comes out is noted anew, and <paramref name="batch"/> is on its way until it has come out.</summary>
    public void Send(OdpPort port, FrameBatch batch)
    {
        (_outcomeCount, _arenaUsed) = (0, 0);
        _nowMs++;
        if (port == NicRig.Physical) Nic.ReceiveFromWire(port, batch, _nowMs);
        else Nic.ReceiveFromVf(port, batch, _nowMs);
        while (MoveFrames() || AnswerUpcalls())
        {
        }

        for (uint vf = 1; vf <= 4; vf++)
        {
            if (_owedCredit[vf] > 0) Nic.GiveVfCredit(new OdpPort(vf), _owedCredit[vf], _nowMs);
            _owedCredit[vf] = 0;
        }

        for (var i = 0; i < _outcomeCount; i++) _order[i] = _outcomes[i].Key << 16 | (uint)i;
        Array.Sort(_order, 0, _outcomeCount);
    }

    /// <summary>Did the last batch come out of both with the same ports and bytes, frame by frame?</summary>
    public bool HasSameOutcome(TierRig other)
    {
        if (_outcomeCount != other._outcomeCount) return false;
        for (var i = 0; i < _outcomeCount; i++)
        {
            var (mine, theirs) = (_outcomes[(ushort)_order[i]], other._outcomes[(ushort)other._order[i]]);
            if (mine.Key != theirs.Key) return false;
            if (!_arena.AsSpan(mine.Offset, mine.Size).SequenceEqual(other._arena.AsSpan(theirs.Offset, theirs.Size))) return false;
        }

        return true;
    }

    /// <summary>What came out of the last batch, a line for each frame and port.</summary>
    public IEnumerable<string> Outcome() => _order.Take(_outcomeCount).Select(order => _outcomes[(ushort)order]).Select(outcome =>
        $"{outcome.Key >> 8}→{(byte)outcome.Key} {Convert.ToHexString(_arena, outcome.Offset, outcome.Size)}");

    /// <summary>Frames that ended here, by reason; those that the server itself took are the last.</summary>
    public long[] Ended() =>
    [
        .. Enum.GetValues<DropReason>().Select(reason => Nic.Account.Drops[reason] + Kernel.Account.Drops[reason]),
        Kernel.Account.Consumed,
    ];

    /// <summary>Messages pass between host and NIC until neither has any, and time does, so that the NIC ages what it holds.</summary>
    public void Settle()
    {
        _nowMs++;
        Nic.Tick(_nowMs);
        _hook.Tick(_nowMs);
        for (var isMoving = true; isMoving;)
        {
            isMoving = false;
            while (_hook.TryTakeEnvelope(_nowMs, out var envelope))
            {
                Nic.ReceiveControl(envelope, _nowMs);
                isMoving = true;
            }

            while (Nic.TryTakeControl(_nowMs, out var envelope))
            {
                _hook.Receive(envelope, _nowMs);
                isMoving = true;
            }
        }
    }

    /// <summary>Changes the flows of a rule, or removes them.</summary>
    public void ChangeFlows(int rule, DatapathActions? actions)
    {
        foreach (var flow in Kernel.Flows.Where(flow => flow.Ufid.High == (ulong)rule).ToArray())
            if (actions is null) Kernel.FlowDelete(flow.Ufid);
            else Kernel.FlowModify(flow.Ufid, actions);
        Settle();
    }

    public void RemoveFlows()
    {
        Kernel.FlowFlush();
        Settle();
    }

    public void CheckAccounts()
    {
        Assert.Equal((0, 0), (Nic.Account.Imbalance(Nic.QueuedFrames), Kernel.Account.Imbalance(Kernel.QueuedFrames)));
        Assert.Equal((0, 0), (Kernel.PendingDeletes, Nic.Account.Drops[DropReason.PcieRingFull]));
        Assert.Equal(0, Overtakings);
    }

    public void Dispose() => Nic.Dispose();

    private void AddPort(OdpPort number, string name, DatapathPortKind kind, MacAddress mac)
    {
        Kernel.AddPort(new DatapathPort(number, name, kind));
        _hook.SetPort(new PortConfig(number, name, kind, mac, IsUp: true));
    }

    private bool MoveFrames()
    {
        var isMoving = false;
        for (; _fallback.TryDequeue(out var fallback); isMoving = true)
        {
            _hook.Pcie.TookFrames(fallback.Batch.Count, fallback.Batch.RingEpoch);
            Kernel.Receive(fallback.Batch, fallback.Reason, _nowMs);
        }

        while (_transmit.TryDequeue(out var first))
        {
            var batch = Frames.Batch(_pool, first.Frame);
            while (!batch.IsFull && _transmit.TryPeek(out var next) && next.Port == first.Port) batch.Add(_transmit.Dequeue().Frame);
            Nic.ReceiveFromHost(first.Port, batch, _nowMs);
            isMoving = true;
        }

        return isMoving;
    }

    private bool AnswerUpcalls()
    {
        var count = Kernel.TakeUpcalls(_upcalls);
        foreach (ref var upcall in _upcalls.AsSpan(0, count))
        {
            if (upcall.Action is not null)
            {
                Note(ToAgent, upcall.Frame);
                _pool.Return(upcall.Frame);
                continue;
            }

            var rule = _rules.Translate(ref upcall.Key, out var mask, out var actions);
            if (_hasMegaflows) Put(rule, ref upcall.Key, ref mask, actions);
            Kernel.Execute(upcall.Frame, actions, _nowMs);
        }

        return count > 0;
    }

    private void Put(int rule, ref FlowKey key, ref FlowMask mask, DatapathActions actions)
    {
        FlowMask.Apply(ref mask, ref key, out var masked);
        // Of keys that differ in sections that are nothing but wildcarded, one flow is made.
        masked.Normalize();
        var ufid = new Ufid((ulong)rule, (ulong)masked.Hash(1) << 32 | masked.Hash(2) ^ mask.Bits.Hash(3));
        Assert.Equal(FlowTableRefusal.None, Kernel.FlowPut(ufid, ref masked, ref mask, actions, _nowMs));
    }

    private void Note(int port, Frame frame)
    {
        var bytes = frame.Bytes;
        var number = BinaryPrimitives.ReadInt32BigEndian(bytes[^4..]);
        ref var last = ref _lastNumbers[BinaryPrimitives.ReadInt32BigEndian(bytes[^8..]) * PortCount + port];
        if (last > number) Overtakings++;
        last = number;
        if (_outcomeCount == _outcomes.Length)
        {
            Array.Resize(ref _outcomes, _outcomeCount * 2);
            Array.Resize(ref _order, _outcomeCount * 2);
        }

        if (_arenaUsed + bytes.Length > _arena.Length) Array.Resize(ref _arena, _arena.Length * 2);
        bytes.CopyTo(_arena.AsSpan(_arenaUsed));
        _outcomes[_outcomeCount++] = ((ulong)number << 8 | (uint)port, _arenaUsed, bytes.Length);
        _arenaUsed += bytes.Length;
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        _owedCredit[vf.Value] += batch.Count;
        foreach (var frame in batch.Frames) Note((int)vf.Value, frame);
        _pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch)
    {
        foreach (var frame in batch.Frames) Note(0, frame);
        _pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) => _fallback.Enqueue((batch, reason));

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _transmit.Enqueue((port, frame));

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
    }
}
