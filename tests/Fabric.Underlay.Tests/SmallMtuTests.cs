using System.Diagnostics;
using System.Runtime.InteropServices;
using Fabric.Wire;
using static Fabric.Underlay.Tests.OuterPackets;

namespace Fabric.Underlay.Tests;

/// <summary>A network namespace whose loopback has an MTU of 1500, as a real uplink would. Needs root to make it.</summary>
public class SmallMtuTests
{
    private const int NewNetwork = 0x4000_0000;

    [Fact]
    public void Beyond_the_mtu_df_is_a_drop_and_without_df_the_kernel_fragments_U1() => InNamespace(() =>
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(1));
        rig.Underlay.Open(2, Address(2));
        var batch = rig.Pool.RentBatch();
        for (var i = 0; i < 8; i++) batch.Add(Make(rig.Pool, Address(1), Address(2), [(byte)i, .. new byte[1599]], dontFragment: true));
        for (var i = 0; i < 8; i++) batch.Add(Make(rig.Pool, Address(1), Address(2), [(byte)i, .. new byte[1599]], 49153));
        rig.Underlay.Send(1, batch);
        batch = rig.Pool.RentBatch();
        for (var i = 0; i < 8; i++) batch.Add(Make(rig.Pool, Address(1), Address(2), [(byte)i, .. new byte[1399]], 49153));
        rig.Underlay.Send(1, batch);
        Assert.True(rig.Await(16));
        var counters = rig.Underlay.Counters;
        Assert.Equal((24L, 16L, 8L, 0L),
            (counters.Sent.In, counters.Sent.Out, counters.Sent.Drops[DropReason.MtuExceeded], counters.Sent.Imbalance(0)));
        Assert.True(counters.SegmentationRefusals > 0);
        Assert.Equal(8, counters.SegmentedDatagrams);
        Assert.Equal(0, counters.IcmpErrors);
        Assert.Equal(Enumerable.Range(0, 8).Concat(Enumerable.Range(0, 8)).Select(i => (byte)i), rig.Received.Select(r => r.Packet[28]));
    });

    [DllImport("libc", SetLastError = true)]
    private static extern int unshare(int flags);

    private static void InNamespace(Action body)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // The namespace is this thread's own and ends with its last socket; processes started here live in it.
                if (unshare(NewNetwork) != 0) throw new InvalidOperationException("this test makes a network namespace and needs root");
                using var ip = Process.Start("ip", ["link", "set", "lo", "mtu", "1500", "up"]);
                ip.WaitForExit();
                Assert.Equal(0, ip.ExitCode);
                body();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }
}
