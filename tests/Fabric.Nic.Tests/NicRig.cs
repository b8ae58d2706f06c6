using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>One NIC with VFs 1 to 4, a physical port 10 and tunnel port 20, and what came out of it.</summary>
internal sealed class NicRig : INicOutput, INicTap, ITrace, IDisposable
{
    public static readonly OdpPort Physical = new(10);
    public static readonly OdpPort Tunnel = new(20);
    public static readonly MacAddress PhysicalMac = new(0x0200_0000_0a0aUL);

    public readonly List<(OdpPort Port, byte[] Bytes)> Sent = [];
    public readonly List<(FallbackReason Reason, byte[] Bytes)> ToHost = [];
    public readonly List<(OdpPort Port, bool IsEgress, byte[] Bytes, Tier Tier)> Captured = [];
    public readonly List<string> Steps = [];

    public NicRig(SmartNicOptions? options = null)
    {
        Nic = new SmartNic(options ?? new SmartNicOptions(), Pool, this, 42);
        for (uint vf = 1; vf <= 4; vf++)
            Nic.SetPort(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor, new MacAddress(0x0200_0000_0000UL | vf));
        Nic.SetPort(Physical, "phy0", DatapathPortKind.Physical, PhysicalMac);
    }

    public FramePool Pool { get; } = new(8_192);

    public SmartNic Nic { get; }

    /// <summary>Give credit as soon as a VF gets frames.</summary>
    public bool GivesCredit { get; set; } = true;

    /// <summary>Keep copies of what comes out.</summary>
    public bool Records { get; set; } = true;

    public long NowMs { get; set; } = 1;

    /// <summary>A VXLAN overlay: VNI 5000, this VTEP 10.9.0.1, peer 10.9.0.2.</summary>
    public void AddVxlan() => Control([.. VxlanUpdates().Select(update => new TunnelChange(update))]);

    /// <summary>What tells of the overlay.</summary>
    public static TunnelUpdate[] VxlanUpdates()
    {
        var (local, peer) = (new IpAddress(new Ipv4Address(0x0a09_0001)), new IpAddress(new Ipv4Address(0x0a09_0002)));
        return
        [
            new AddTunnelPort(new TunnelPort(Tunnel, "vxlan_sys_4789", TunnelType.Vxlan, 4789)),
            new AddLocalAddress(local, PhysicalMac, Physical),
            new AddPeer(TunnelType.Vxlan, new Vni(5000), peer),
            new SetRoute(local, 24, null, Physical, local),
            new SetNeighbour(peer, new MacAddress(0x0200_0000_0b0bUL)),
        ];
    }

    public static TunnelMetadata Outer(bool reversed = false)
    {
        var (local, peer) = (new Ipv4Address(0x0a09_0001), new Ipv4Address(0x0a09_0002));
        return new TunnelMetadata
        {
            Id = 5000,
            Source = reversed ? peer : local,
            Destination = reversed ? local : peer,
            Flags = TunnelFlags.Key | TunnelFlags.DontFragment,
            Ttl = 64,
        };
    }

    private PcieHostEnd? _host;

    /// <summary>Sends requests as a host would, over a channel that loses nothing.</summary>
    public List<PcieResult> Control(params PcieRequest[] requests)
    {
        var events = new Answers();
        _host ??= new PcieHostEnd(Nic.Options.Pcie, _answers, 1);
        _answers.Target = events;
        foreach (var request in requests) Assert.True(_host.TrySend(request));
        for (var moved = true; moved;)
        {
            moved = false;
            while (_host.TryTakeEnvelope(NowMs, out var envelope))
            {
                Nic.ReceiveControl(envelope, NowMs);
                moved = true;
            }

            while (Nic.TryTakeControl(NowMs, out var envelope))
            {
                _host.Receive(envelope, NowMs);
                moved = true;
            }
        }

        Statistics.AddRange(events.Statistics);
        Links.AddRange(events.Links);
        return events.Results;
    }

    /// <summary>The kernel datapath is replaced by one that knows nothing.</summary>
    public void RestartHost() => _host = new PcieHostEnd(Nic.Options.Pcie, _answers, _host!.Epoch + 1);

    /// <summary>The host has taken frames out of its ring, and says so.</summary>
    public void HostTook(int frames)
    {
        _host!.TookFrames(frames, _host.Epoch);
        Control();
    }

    public List<OffloadStatistics> Statistics { get; } = [];

    public List<LinkEvent> Links { get; } = [];

    private readonly Relay _answers = new();

    /// <summary>Puts a flow that matches ingress port and destination address exactly.</summary>
    public string? Put(uint inPort, uint destination, params DatapathAction[] actions) =>
        Control(Flow(inPort, destination, actions))[^1].Refusal;

    public static FlowPut Flow(uint inPort, uint destination, params DatapathAction[] actions)
    {
        var key = new FlowKey
        {
            Sections = FlowSections.Base, InPort = new OdpPort(inPort), EthType = 0x0800, NwDestination = new Ipv4Address(destination),
        };
        var mask = new FlowMask
        {
            Bits = new FlowKey
            {
                Sections = FlowSections.Base,
                InPort = new OdpPort(uint.MaxValue),
                EthType = ushort.MaxValue,
                NwDestination = new Ipv4Address(uint.MaxValue),
            },
        };
        return new FlowPut(UfidOf(inPort, destination), new FlowMatch(ref key, ref mask), new DatapathActions(actions));
    }

    public static Ufid UfidOf(uint inPort, uint destination) => new(inPort, destination);

    /// <summary>Sends one UDP frame from a VF.</summary>
    public void Send(uint vf, uint destination, int number = 0, ushort sourcePort = 1000) =>
        Nic.ReceiveFromVf(new OdpPort(vf), Frames.Batch(Pool, Frames.Udp(Pool, vf, destination, sourcePort, 7, number)), NowMs);

    public void CheckAccount() => Assert.Equal(0, Nic.Account.Imbalance(Nic.QueuedFrames));

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        var count = batch.Count;
        Take(vf, batch);
        _owedCredit[(int)vf.Value] += count;
    }

    private readonly int[] _owedCredit = new int[5];

    /// <summary>Gives back the window places of everything a VF was handed; from outside the NIC's own call.</summary>
    public void SettleCredit()
    {
        for (var vf = 1; vf <= 4 && GivesCredit; vf++)
        {
            var owed = _owedCredit[vf];
            _owedCredit[vf] = 0;
            if (owed > 0) Nic.GiveVfCredit(new OdpPort((uint)vf), owed, NowMs);
        }
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => Take(physicalPort, batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason)
    {
        foreach (var frame in batch.Frames) ToHost.Add((reason, frame.Bytes.ToArray()));
        Pool.ReturnWithFrames(batch);
    }

    void INicTap.Capture(OdpPort port, bool isEgress, ReadOnlySpan<byte> frame, Tier tier, long nowMs) =>
        Captured.Add((port, isEgress, frame.ToArray(), tier));

    bool ITrace.Wants(Frame frame) => true;

    void ITrace.Step(Frame frame, Tier tier, string what, string detail) => Steps.Add($"{tier} {what} {detail}");

    public void Dispose() => Nic.Dispose();

    private void Take(OdpPort port, FrameBatch batch)
    {
        if (Records)
            foreach (var frame in batch.Frames) Sent.Add((port, frame.Bytes.ToArray()));
        Pool.ReturnWithFrames(batch);
    }

    private sealed class Answers : IPcieHostEvents
    {
        public readonly List<PcieResult> Results = [];
        public readonly List<OffloadStatistics> Statistics = [];
        public readonly List<LinkEvent> Links = [];

        public void Result(PcieRequest request, PcieResult result) => Results.Add(result);

        void IPcieHostEvents.Statistics(StatsReply reply) => Statistics.AddRange(reply.Flows);

        public void Pushed(StatsPush push) => Statistics.AddRange(push.Flows);

        public void LinkChanged(LinkEvent link) => Links.Add(link);

        public void NicRestarted()
        {
        }
    }

    private sealed class Relay : IPcieHostEvents
    {
        public IPcieHostEvents Target { get; set; } = null!;

        public void Result(PcieRequest request, PcieResult result) => Target.Result(request, result);

        public void Statistics(StatsReply reply) => Target.Statistics(reply);

        public void Pushed(StatsPush push) => Target.Pushed(push);

        public void LinkChanged(LinkEvent link) => Target.LinkChanged(link);

        public void NicRestarted() => Target.NicRestarted();
    }
}
