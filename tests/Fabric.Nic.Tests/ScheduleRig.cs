using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// A kernel datapath and a NIC between which the test moves every envelope by hand, with a naive model beside them of what may be
/// forwarded and how often each flow was. The same two parts serve many schedules, one after the other.
/// </summary>
internal sealed class ScheduleRig : INicOutput, IKernelOutput, IDisposable
{
    public const int FlowCount = 4;

    private readonly List<(bool ToNic, PcieEnvelope Envelope)> _wire = [];
    private readonly Dictionary<ulong, PcieMessage> _notReceived = [];
    private readonly List<uint>[] _mayLeaveBy = [.. Enumerable.Range(0, FlowCount).Select(_ => new List<uint>())];
    private readonly long[] _seen = new long[FlowCount];
    private readonly Upcall[] _upcalls = new Upcall[8];
    private readonly Random _random;
    private readonly bool _hasLease;
    private uint? _leftBy;
    private ulong _epoch;

    /// <param name="hasLease">False: the host's promises to the NIC never end, as if it needed none.</param>
    public ScheduleRig(Random random, bool hasLease = true)
    {
        (_random, _hasLease) = (random, hasLease);
        var options = new SmartNicOptions
        {
            StatisticsContextLimit = FlowCount + 2,
            ExactMatch = new ExactMatchOptions { Capacity = 16, PendingLimit = 8 },
            Pcie = new PcieOptions
            {
                Window = 4, StatsChunk = 2, RetransmitMs = 10, KeepaliveMs = 15, SilentMs = 60, RingRequests = 6, StatsPushMs = 20,
                InsertionsPerSecond = random.Next(2) == 0 ? 0 : 1_000, EnvelopeMessages = 1 + random.Next(4),
            },
        };
        Hook = new PcieOffloadHook(options.Pcie, epoch: 1, statsIntervalMs: 40);
        Kernel = new KernelDatapath(new KernelDatapathOptions { MaxIdleMs = int.MaxValue }, Pool, new TunnelTables(), this, Hook);
        Hook.Attach(Kernel);
        Nic = new SmartNic(options, Pool, this, 3);
        for (uint vf = 1; vf <= 3; vf++)
        {
            Kernel.AddPort(new DatapathPort(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor));
            Hook.SetPort(new PortConfig(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor, default, IsUp: true));
        }

        Collect();
        Assert.True(Quiesce());
    }

    public FramePool Pool { get; } = new(1_024);

    public PcieOffloadHook Hook { get; }

    public KernelDatapath Kernel { get; }

    public SmartNic Nic { get; }

    public long NowMs { get; private set; } = 1;

    /// <summary>What is wrong, if anything was.</summary>
    public string? Fault { get; private set; }

    public bool WasReset { get; private set; }

    /// <summary>Frames of each flow that were sent, that the host had no flow for, and that flows now gone had counted.</summary>
    public long[] Sent { get; } = new long[FlowCount];
    public long[] Missed { get; } = new long[FlowCount];
    public long[] Gone { get; } = new long[FlowCount];

    public int EnvelopesOnTheWay => _wire.Count;

    public static Ufid UfidOf(int number) => new(1, (ulong)number);

    public void Put(int number, DatapathActions actions)
    {
        var key = Keys.Udp(1, 1, (uint)number, 0, 0);
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        Kernel.FlowPut(UfidOf(number), ref key, ref mask, actions, NowMs);
        Remember(number, actions);
        Collect();
    }

    public void Delete(int number)
    {
        if (Kernel.FlowDelete(UfidOf(number))) _seen[number] = 0;
        Collect();
    }

    public void Flush()
    {
        Kernel.FlowFlush();
        Array.Clear(_seen);
        Collect();
    }

    public void Reset()
    {
        WasReset = true;
        Nic.Reset();
        Collect();
    }

    public void Pull()
    {
        Hook.PullStatistics(NowMs);
        Collect();
    }

    /// <summary>One frame of a flow, which the NIC or the host forwards at once.</summary>
    public void Send(int number, ushort sourcePort)
    {
        Sent[number]++;
        _leftBy = null;
        Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(Pool, Frames.Udp(Pool, 1, (uint)number, sourcePort, 7)), NowMs);
        if (_leftBy is { } port)
        {
            if (!Hook.IsReachable) Fail($"a frame of flow {number} was forwarded by a NIC that the host does without");
            if (!MayLeaveBy(number, port)) Fail($"a frame of flow {number} left by port {port}, which was revoked");
            Nic.GiveVfCredit(new OdpPort(port), 1, NowMs);
        }

        Collect();
    }

    public void Pass(int ms)
    {
        NowMs += ms;
        Nic.Tick(NowMs);
        Hook.Tick(NowMs);
        Collect();
    }

    /// <summary>One of the two gets no processor for a while and the other goes on.</summary>
    public void StandStill(bool isNic, int ms)
    {
        for (var end = NowMs + ms; NowMs < end;)
        {
            NowMs += 10;
            if (isNic) Hook.Tick(NowMs);
            else Nic.Tick(NowMs);
            Collect(ofHost: isNic, ofNic: !isNic);
            var index = _wire.FindIndex(sent => sent.ToNic != isNic);
            if (index < 0 || _random.Next(2) == 0) continue;
            var (_, envelope) = _wire[index];
            _wire.RemoveAt(index);
            if (isNic) Hook.Receive(envelope, NowMs);
            else Nic.ReceiveControl(envelope, NowMs);
            Collect(ofHost: isNic, ofNic: !isNic);
        }
    }

    /// <summary>Some envelope arrives, or is lost, or arrives and will once more.</summary>
    public void Deliver(double fault)
    {
        if (_wire.Count == 0) return;
        var index = fault == 0 ? 0 : _random.Next(_wire.Count);
        var (toNic, envelope) = _wire[index];
        var isDoubled = _random.NextDouble() < fault && _wire.Count < 64;
        if (!isDoubled) _wire.RemoveAt(index);
        if (_random.NextDouble() < fault) return;
        if (toNic)
        {
            Nic.ReceiveControl(envelope, NowMs);
        }
        else
        {
            Hook.Receive(envelope, NowMs);
            CheckCounters();
        }

        Collect();
    }

    /// <summary>
    /// Without faults until both sides have nothing left to say, and the host knows all counts. False when that does not come.
    /// </summary>
    public bool Settle()
    {
        Nic.IsHung = false;
        return Quiesce() && PullAll();
    }

    /// <summary>The next schedule begins with no flow and no frame counted.</summary>
    public void Clear()
    {
        for (var number = 0; number < FlowCount; number++) Delete(number);
        if (!Quiesce()) Fail("the deletes at the end are not answered");
        foreach (var counts in (long[][])[Sent, Missed, Gone, _seen]) Array.Clear(counts);
        foreach (var ports in _mayLeaveBy) ports.Clear();
        WasReset = false;
    }

    public void Dispose() => Nic.Dispose();

    private bool PullAll()
    {
        Pull();
        return Quiesce();
    }

    private bool Quiesce()
    {
        for (var step = 0; step < 400; step++)
        {
            while (_wire.Count > 0) Deliver(0);
            if (Hook.IsSettled && Hook.IsReachable && Kernel.PendingDeletes == 0 && Kernel.PendingReoffers == 0
                && Nic.Pcie.UnacknowledgedCount == 0 && Nic.Pcie.IsConnected)
                return true;
            Pass(5);
        }

        return false;
    }

    private void Fail(string what) => Fault ??= $"{what} at {NowMs} ms, {Seeded.Note}";

    private void Remember(int number, DatapathActions actions)
    {
        foreach (var action in actions)
            if (action is OutputAction { Port.Value: var port } && !_mayLeaveBy[number].Contains(port)) _mayLeaveBy[number].Add(port);
    }

    /// <summary>A host that does without the NIC waits for no answer: its policies are in force.</summary>
    private void DoWithoutNic()
    {
        for (var number = 0; number < FlowCount; number++)
        {
            _mayLeaveBy[number].Clear();
            if (Kernel.TryGetFlow(UfidOf(number), out var flow)) Remember(number, flow.Actions);
        }
    }

    /// <summary>What the host believes to be revoked may not be forwarded; before, any policy since the last agreement may.</summary>
    private bool MayLeaveBy(int number, uint port)
    {
        var ufid = UfidOf(number);
        var exists = Kernel.TryGetFlow(ufid, out var flow);
        if (Kernel.IsDeletePending(ufid) || flow is { Offload: OffloadState.Requested }) return _mayLeaveBy[number].Contains(port);
        _mayLeaveBy[number].Clear();
        if (!exists) return false;
        Remember(number, flow!.Actions);
        return flow.Offload == OffloadState.Yes && _mayLeaveBy[number].Contains(port);
    }

    private void CheckCounters()
    {
        for (var number = 0; number < FlowCount; number++)
        {
            if (!Kernel.TryGetFlow(UfidOf(number), out var flow)) continue;
            if (flow.Packets < _seen[number]) Fail($"flow {number} went back from {_seen[number]} to {flow.Packets} packets");
            if (flow.Packets > Sent[number]) Fail($"flow {number} jumped to {flow.Packets} packets, of {Sent[number]}");
            if (flow.Bytes != flow.Packets * Frames.Size) Fail($"flow {number} has {flow.Bytes} bytes in {flow.Packets} packets");
            _seen[number] = flow.Packets;
        }
    }

    /// <summary>Takes what both ends have to send, and the frames that wait for an agent that there is none of.</summary>
    private void Collect(bool ofHost = true, bool ofNic = true)
    {
        if (!Hook.IsReachable) DoWithoutNic();
        if (Nic.Pcie.Epoch != _epoch)
        {
            // What was under way to the host is of an earlier conversation now, and it will not listen.
            _epoch = Nic.Pcie.Epoch;
            _notReceived.Clear();
        }

        while (ofHost && Hook.TryTakeEnvelope(NowMs, out var envelope)) _wire.Add((true, Promising(envelope)));
        while (ofNic && Nic.TryTakeControl(NowMs, out var envelope))
        {
            _wire.Add((false, envelope));
            for (var i = 0; i < envelope.Messages.Length; i++) _notReceived[envelope.Sequence + (ulong)i] = envelope.Messages[i];
        }

        CheckContexts();
        var taken = Kernel.TakeUpcalls(_upcalls);
        for (var i = 0; i < taken; i++)
        {
            if (_upcalls[i].Reason == UserspaceReason.Miss) Missed[(int)_upcalls[i].Key.NwDestination.Value]++;
            Pool.Return(_upcalls[i].Frame);
        }
    }

    private PcieEnvelope Promising(PcieEnvelope envelope) =>
        _hasLease || envelope.LeaseUntilMs == 0 ? envelope : envelope with { LeaseUntilMs = long.MaxValue };

    /// <summary>A message that the host has not acknowledged names no context that another flow has now.</summary>
    private void CheckContexts()
    {
        var acknowledged = Nic.Pcie.Acknowledged;
        foreach (var sequence in _notReceived.Keys) if (sequence <= acknowledged) _notReceived.Remove(sequence);
        if (_notReceived.Count == 0) return;
        foreach (var message in _notReceived.Values)
        {
            var reports = message switch
            {
                StatsReply reply => reply.Flows,
                StatsPush push => push.Flows,
                PcieResult { Final: { } final } => [final],
                _ => (OffloadStatistics[])[],
            };
            foreach (var report in reports)
                if (Nic.L2.UserOf(report.Context) is { } user && user != report.Ufid)
                    Fail($"context {report.Context} was given to {user} too early");
        }
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        _leftBy = vf.Value;
        Pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => Pool.ReturnWithFrames(batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason)
    {
        Hook.Pcie.TookFrames(batch.Count, batch.RingEpoch);
        Kernel.Receive(batch, reason, NowMs);
    }

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => Pool.Return(frame);

    void IKernelOutput.FlowRemoved(FlowRemoved removed) => Gone[(int)removed.Ufid.Low] += removed.Packets;
}
