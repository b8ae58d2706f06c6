using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>
/// A kernel datapath with ports 0 (local), 1 to 4 (VFs), 10 (physical) and 20 (VXLAN), and a recorder in place of NIC and shell.
/// </summary>
internal sealed class KernelFixture : IKernelOutput, IOffloadHook
{
    bool IOffloadHook.OffersFlows => true;

    public bool IsReachable { get; set; } = true;

    public KernelFixture(KernelDatapathOptions? options = null, bool isOffloaded = true, int poolCapacity = 4096)
    {
        Pool = new FramePool(poolCapacity);
        Kernel = new KernelDatapath(options ?? new KernelDatapathOptions { Seed = 5 }, Pool, new TunnelTables(), this, isOffloaded
            ? this : null);
        Kernel.AddPort(new DatapathPort(OdpPort.Local, "br-int", DatapathPortKind.Local));
        for (uint i = 1; i <= 4; i++) Kernel.AddPort(new DatapathPort(new OdpPort(i), $"vf{i}", DatapathPortKind.Representor));
        Kernel.AddPort(new DatapathPort(new OdpPort(10), "phy0", DatapathPortKind.Physical));
        Kernel.AddPort(new DatapathPort(new OdpPort(20), "vxlan_sys_4789", DatapathPortKind.Tunnel));
    }

    public static Ipv4Address Ours { get; } = new(0x7f40_0001);

    public static Ipv4Address Theirs { get; } = new(0x7f40_0002);

    public FramePool Pool { get; }

    public KernelDatapath Kernel { get; }

    /// <summary>Keep what is transmitted, in hexadecimal (else the frames are only returned).</summary>
    public bool IsRecording { get; set; } = true;

    public List<(uint Port, string Hex)> Transmitted { get; } = [];

    public List<FlowRemoved> Removed { get; } = [];

    /// <summary>What the hook was told, in order: <c>put</c>, <c>delete</c>, <c>flush</c>, <c>tunnel</c>, <c>limit</c>.</summary>
    public List<(string What, Ufid Ufid)> Messages { get; } = [];

    public void Transmit(OdpPort port, Frame frame)
    {
        if (IsRecording) Transmitted.Add((port.Value, Convert.ToHexString(frame.Bytes)));
        frame.Pool.Return(frame);
    }

    public void FlowRemoved(FlowRemoved removed) => Removed.Add(removed);

    public void Put(DatapathFlow flow) => Messages.Add(("put", flow.Ufid));

    public void Withdraw(DatapathFlow flow, string reason) => Messages.Add(("withdraw", flow.Ufid));

    public void Delete(Ufid ufid) => Messages.Add(("delete", ufid));

    public void Flush() => Messages.Add(("flush", default));

    public void Limit(OdpPort port, PortLimits limits) => Messages.Add(("limit", default));

    public void Tunnel(TunnelUpdate update) => Messages.Add(("tunnel", default));

    /// <summary>Tunnel port 20 between two VTEPs, VNI 5000, over port 10.</summary>
    public void ConnectTunnel()
    {
        foreach (var update in TunnelUpdates(Ours, Theirs)) Kernel.ApplyTunnel(update);
    }

    public static IEnumerable<TunnelUpdate> TunnelUpdates(Ipv4Address ours, Ipv4Address theirs) =>
    [
        new AddTunnelPort(new TunnelPort(new OdpPort(20), "vxlan_sys_4789", TunnelType.Vxlan, 4789)),
        new AddLocalAddress(new IpAddress(ours), new MacAddress(0x0200_0000_0000UL | ours.Value), new OdpPort(10)),
        new AddPeer(TunnelType.Vxlan, new Vni(5000), new IpAddress(theirs)),
        new SetRoute(new IpAddress(new Ipv4Address(0x7f40_0000)), 16, null, new OdpPort(10), new IpAddress(ours)),
        new SetNeighbour(new IpAddress(theirs), new MacAddress(0x0200_0000_0000UL | theirs.Value)),
    ];

    public static SetTunnelAction ToPeer() => new(new TunnelMetadata
    {
        Id = 5000, Source = Ours, Destination = Theirs, Flags = TunnelFlags.Key | TunnelFlags.DontFragment, Ttl = 64,
    });

    public void Receive(uint inPort, long nowMs, params byte[][] packets) => Receive(inPort, FallbackReason.NotLearned, nowMs, packets);

    public void Receive(uint inPort, FallbackReason reason, long nowMs, params byte[][] packets)
    {
        var batch = Pool.RentBatch();
        foreach (var packet in packets) batch.Add(RandomPackets.ToFrame(Pool, packet, inPort));
        Kernel.Receive(batch, reason, nowMs);
    }

    /// <summary>A flow for everything that comes in by <paramref name="inPort"/>.</summary>
    public FlowTableRefusal Put(Ufid ufid, uint inPort, DatapathActions actions, long nowMs, int hardTimeoutMs = 0)
    {
        var key = default(FlowKey);
        key.InPort = new OdpPort(inPort);
        key.Normalize();
        var mask = PortMask();
        return Kernel.FlowPut(ufid, ref key, ref mask, actions, nowMs, hardTimeoutMs);
    }

    /// <summary>An exact flow for what comes in by port 1 and goes to the address of this number.</summary>
    public FlowTableRefusal PutTo(Ufid ufid, uint address, DatapathActions actions, long nowMs)
    {
        var key = default(FlowKey);
        (key.InPort, key.NwDestination, key.EthType) = (new OdpPort(1), new Ipv4Address(address), EtherType.Ipv4);
        key.Normalize();
        var mask = FlowMask.Exact;
        return Kernel.FlowPut(ufid, ref key, ref mask, actions, nowMs);
    }

    public static FlowMask PortMask()
    {
        var mask = default(FlowMask);
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.Normalize();
        return mask;
    }

    public static DatapathActions To(params uint[] ports) =>
        new([.. ports.Select(DatapathAction (port) => new OutputAction(new OdpPort(port)))]);

    public Upcall[] TakeUpcalls(int max = 4096)
    {
        var upcalls = new Upcall[max];
        return upcalls[..Kernel.TakeUpcalls(upcalls)];
    }

    public void AssertBalanced(string note = "")
    {
        var imbalance = Kernel.Account.Imbalance(Kernel.QueuedFrames);
        Assert.True(imbalance == 0, $"{note}: account off by {imbalance}");
    }
}
