using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>What a NIC's report says of its tables and of the frames that it left to the host.</summary>
public sealed class NicReportTests() : DatabaseRig(
    Plans.TwoServers.Replace("{vfs: 8}", "{vfs: 8, exactMatchEntries: 4, eviction: lru, rules: 100}"))
{
    [Fact]
    public void Entries_that_make_room_are_counted_by_cause_and_frames_for_the_host_by_reason()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        AssertPings("a-1", "10.1.0.3", 5);
        AssertPings("b-1", "10.1.0.2", 5);
        var nic = Report("server-1").Nic;
        Assert.Equal(("server-1", "everything", "lru", 4), (nic.Server, nic.Profile, nic.Eviction, nic.CapacityL1));
        Assert.InRange(nic.EntriesL1, 1, 4);
        Assert.True(nic.Evictions["Capacity"] > 4, $"{nic.Evictions["Capacity"]} made room");
        Assert.Equal(0, nic.InsertsRefused);
        Assert.Equal((nic.RulesL2, nic.RulesL2), (Inspect("server-1").FlowsL2, nic.StatisticsContexts));
        Assert.True(nic.Fallback.NotLearned > 0);
        Assert.Equal((0, 0, 0), (nic.Fallback.HostDestined, nic.Fallback.NotProcessable, nic.Fallback.Diverted));
        AssertConserved();
    }

    [Fact]
    public void What_the_wire_brings_for_the_server_itself_is_its_own_and_no_flows()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var before = Report("server-1").Nic;
        // BFD's port, from one VTEP to the other.
        Assert.True(Pool.TryRent(Ipv4View.MinSize + UdpView.Size, out var frame));
        new Ipv4Header(Ipv4Address.Parse("127.64.0.2"), Ipv4Address.Parse("127.64.0.1"), IpProtocol.Udp, UdpView.Size).Emit(frame.Bytes);
        new UdpHeader(49152, 3784, 0).Emit(frame.Bytes[Ipv4View.MinSize..]);
        var batch = Pool.RentBatch();
        batch.Add(frame);
        Underlay.Send(0, batch);
        Advance(100);
        var after = Report("server-1").Nic;
        Assert.Equal(before.Fallback.HostDestined + 1, after.Fallback.HostDestined);
        Assert.Equal(before.TakenByServer + 1, after.TakenByServer);
        Assert.Equal(before.Fallback.NotLearned, after.Fallback.NotLearned);
        AssertConserved();
    }
}
