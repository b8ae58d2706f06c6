using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>
/// A NIC with two VFs, a sender that writes each frame's header bytes afresh (60-byte UDP over IPv4, flow by flow), and a sink that takes
/// the frames off the other VF. One thread, no actors: what is timed is parse, lookup, counters and action, and the sender's few stores.
/// </summary>
internal sealed class NicLoad : INicOutput, IDisposable
{
    private static readonly OdpPort Sender = new(1);
    private static readonly OdpPort Receiver = new(2);

    private readonly FramePool _pool = new(1_024);
    private readonly SmartNic _nic;
    private FrameBatch _batch;
    private ulong _state = 1;
    private uint _newFlow;
    private long _nowMs = 1;

    public NicLoad(bool isL1Enabled, int capacity, string eviction = "clock", int ruleLimit = 480_000)
    {
        _nic = new SmartNic(
            new SmartNicOptions
            {
                ExactMatch = new ExactMatchOptions { Capacity = capacity },
                IsL1Enabled = isL1Enabled,
                Eviction = eviction,
                RuleLimit = ruleLimit,
            },
            _pool, this, seed: 1);
        _nic.SetPort(Sender, "vf1", DatapathPortKind.Representor, new MacAddress(0x0200_0000_0001));
        _nic.SetPort(Receiver, "vf2", DatapathPortKind.Representor, new MacAddress(0x0200_0000_0002));
        _batch = _pool.RentBatch();
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            Invariant.Check(_pool.TryRent(LoadFrames.Size, out var frame), "the pool has room for one batch");
            LoadFrames.WriteTemplate(frame.Bytes);
            _batch.Add(frame);
        }
    }

    public SmartNic Nic => _nic;

    /// <summary>Frames that reached the sink.</summary>
    public long Delivered { get; private set; }

    /// <summary>
    /// A flow that matches frames to <paramref name="destinationPort"/> under a mask of its own.
    /// </summary>
    public void AddFlow(int maskNumber, ushort destinationPort)
    {
        var key = new FlowKey { InPort = Sender, EthType = 0x0800, NwProto = 17, TpDestination = destinationPort };
        var mask = new FlowMask
        {
            Bits = new FlowKey
            {
                Sections = FlowSections.Base,
                InPort = new OdpPort(uint.MaxValue),
                EthType = ushort.MaxValue,
                NwProto = 0xff,
                TpDestination = ushort.MaxValue,
                // No IPv4 packet has a label, so these bits change the mask and not the match.
                Ipv6Label = (uint)maskNumber,
            },
        };
        key.Sections = FlowSections.Base;
        var actions = new DatapathActions(new OutputAction(Receiver));
        var refusal = _nic.L2.Put(new Ufid(destinationPort, (ulong)maskNumber), ref key, ref mask, actions, 0, 0, nowMs: 0, out _);
        Invariant.Check(refusal is null, "the benchmark's flows fit the NIC");
    }

    /// <summary>A flow of L2 for each flow of the load: they differ in address and port.</summary>
    public void AddFlows(int count)
    {
        var key = new FlowKey { InPort = Sender, EthType = 0x0800, NwProto = 17, Sections = FlowSections.Base };
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.InPort);
        mask.SetExact(FlowFields.NwSource);
        mask.SetExact(FlowFields.UdpSource);
        var actions = new DatapathActions(new OutputAction(Receiver));
        for (uint flow = 0; flow < count; flow++)
        {
            (key.NwSource, key.TpSource) = (new Ipv4Address(0x0a00_0000 | (flow >> 8)), (ushort)(1_024 + (flow & 0xff)));
            var refusal = _nic.L2.Put(new Ufid(0, flow), ref key, ref mask, actions, 0, 0, nowMs: 0, out _);
            Invariant.Check(refusal is null, "the benchmark's flows fit the NIC");
        }
    }

    /// <summary>Sends one frame of each flow, in order, so that all are learnt.</summary>
    public void Learn(int flowCount, int destinationPortCount)
    {
        for (var flow = 0; flow < flowCount; flow += FrameBatch.Capacity)
        {
            for (var i = 0; i < FrameBatch.Capacity; i++) Write(_batch[i], (uint)Math.Min(flow + i, flowCount - 1), destinationPortCount);
            Send();
        }
    }

    /// <summary>Sends <paramref name="frameCount"/> frames of random flows.</summary>
    public void Send(long frameCount, int flowCount, int destinationPortCount)
    {
        for (long sent = 0; sent < frameCount; sent += FrameBatch.Capacity)
        {
            var frames = _batch.Frames;
            for (var i = 0; i < frames.Length; i++)
            {
                _state = _state * 6_364_136_223_846_793_005UL + 1_442_695_040_888_963_407UL;
                Write(frames[i], (uint)(((_state >> 32) * (ulong)flowCount) >> 32), destinationPortCount);
            }

            Send();
        }
    }

    /// <summary>Sends frames of flows that were never seen, as long as 24 bits last.</summary>
    public void SendNew(long frameCount)
    {
        for (long sent = 0; sent < frameCount; sent += FrameBatch.Capacity)
        {
            foreach (var frame in _batch.Frames) Write(frame, _newFlow++, 1);
            Send();
        }
    }

    /// <summary>Sends frames of flows drawn by rank from <paramref name="ranks"/>.</summary>
    public void Send(long frameCount, ReadOnlySpan<uint> ranks)
    {
        var next = 0;
        for (long sent = 0; sent < frameCount; sent += FrameBatch.Capacity)
        {
            foreach (var frame in _batch.Frames)
            {
                Write(frame, ranks[next], 1);
                if (++next == ranks.Length) next = 0;
            }

            Send();
        }
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        Delivered += batch.Count;
        _batch = batch;
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => Invariant.Fail("nothing goes to the wire");

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) => Invariant.Fail("every flow is on the NIC");

    public void Dispose() => _nic.Dispose();

    private void Send()
    {
        _nic.ReceiveFromVf(Sender, _batch, ++_nowMs);
        _nic.GiveVfCredit(Receiver, FrameBatch.Capacity, _nowMs);
    }

    private static void Write(Frame frame, uint flow, int destinationPortCount) =>
        LoadFrames.Write(frame.Bytes, flow, destinationPortCount);
}
