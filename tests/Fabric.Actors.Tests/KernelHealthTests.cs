using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>The host's lines of a health report, each driven to its failure.</summary>
public sealed class KernelHealthTests : IKernelOutput
{
    private static readonly OdpPort Vf = new(1);

    private readonly FramePool _pool = new(64);
    private readonly PcieOffloadHook _hook = new(new PcieOptions(), epoch: 1);

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => frame.Pool.Return(frame);

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
    }

    [Fact]
    public void Flows_of_the_host_warn_before_their_table_is_full()
    {
        var kernel = Kernel(new KernelDatapathOptions { MaxFlows = 10 });
        for (uint flows = 1; flows <= 10; flows++)
        {
            var (key, mask) = (default(FlowKey), FlowMask.Exact);
            (key.InPort, key.NwDestination, key.EthType) = (Vf, new Ipv4Address(flows), EtherType.Ipv4);
            key.Normalize();
            Assert.Equal(FlowTableRefusal.None, kernel.FlowPut(new Ufid(0, flows), ref key, ref mask, DatapathActions.Drop, 1));
            var expected = flows < 9 ? HealthVerdict.Pass : flows < 10 ? HealthVerdict.Warn : HealthVerdict.Fail;
            Assert.Equal((expected, $"{flows} of 10 used"), Line(kernel, "kernel datapath flows"));
        }

        kernel.FlowDelete(new Ufid(0, 1));
        Assert.Equal(HealthVerdict.Warn, Line(kernel, "kernel datapath flows").Verdict);
    }

    [Fact]
    public void Upcalls_that_nobody_takes_fail_and_what_was_lost_is_remembered()
    {
        var kernel = Kernel(new KernelDatapathOptions { UpcallQueueCapacity = 10, UpcallQueuePerPort = 10 });
        for (var sent = 1; sent <= 10; sent++)
        {
            kernel.Receive(Batch(Frame(1)), FallbackReason.NotLearned, sent);
            var expected = sent < 9 ? HealthVerdict.Pass : sent < 10 ? HealthVerdict.Warn : HealthVerdict.Fail;
            Assert.Equal((expected, $"{sent} of 10 wait, 0 lost"), Line(kernel, "upcall queue"));
        }

        kernel.Receive(Batch(Frame(1)), FallbackReason.NotLearned, 11);
        Assert.Equal((HealthVerdict.Fail, "10 of 10 wait, 1 lost"), Line(kernel, "upcall queue"));
        kernel.DropQueued();
        Assert.Equal((HealthVerdict.Warn, "0 of 10 wait, 1 lost"), Line(kernel, "upcall queue"));
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void Connections_fail_when_their_limit_is_reached()
    {
        var kernel = Kernel(new KernelDatapathOptions());
        kernel.Connections.MaxConnections = 2;
        Assert.True(DatapathActions.TryParse("ct(commit)", out var commit, out var error), error);
        for (byte connections = 1; connections <= 3; connections++)
        {
            kernel.Execute(Frame(connections), commit, 1);
            var expected = connections < 2 ? HealthVerdict.Pass : HealthVerdict.Fail;
            Assert.Equal((expected, $"{Math.Min((int)connections, 2)} of 2 connections"), Line(kernel, "connection tracking"));
        }

        Assert.Equal(0, _pool.Outstanding);
    }

    private (HealthVerdict Verdict, string Detail) Line(KernelDatapath kernel, string subject)
    {
        var line = KernelHealth.Of(kernel, _hook, 1).Single(line => line.Subject == subject);
        return (line.Verdict, line.Detail);
    }

    private KernelDatapath Kernel(KernelDatapathOptions options)
    {
        var kernel = new KernelDatapath(options, _pool, new TunnelTables(), this, null);
        kernel.AddPort(new DatapathPort(Vf, "vf0", DatapathPortKind.Representor));
        return kernel;
    }

    private FrameBatch Batch(Frame frame)
    {
        var batch = _pool.RentBatch();
        batch.Add(frame);
        return batch;
    }

    /// <summary>UDP to an address of this last byte.</summary>
    private Frame Frame(byte destination)
    {
        const int ip = 14;
        Assert.True(_pool.TryRent(ip + Ipv4View.MinSize + UdpView.Size, out var frame));
        frame.Metadata.Reset(Vf.Value);
        var bytes = frame.Bytes;
        new EthernetHeader(new MacAddress(0x0200_0000_0002), new MacAddress(0x0200_0000_0001), EtherType.Ipv4).Emit(bytes);
        new Ipv4Header(
            Ipv4Address.Parse("10.1.0.1"), new Ipv4Address(0x0a01_0100u + destination), IpProtocol.Udp, UdpView.Size).Emit(bytes[ip..]);
        new UdpHeader(5, 7, 0).Emit(bytes[(ip + Ipv4View.MinSize)..]);
        return frame;
    }
}
