using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

public class MeterTableTests
{
    private readonly TableBench _bench = new();

    [Fact]
    public void Requests_that_OVS_refuses_get_its_errors()
    {
        Assert.Equal(OpenFlowError.None, _bench.TryMeter(Meter(1)));
        Assert.Equal(OpenFlowError.MmfcMeterExists, _bench.TryMeter(Meter(1)));
        Assert.Equal(OpenFlowError.MmfcUnknownMeter, _bench.TryMeter(Meter(2, MeterCommand.Modify)));
        Assert.Equal(OpenFlowError.MmfcInvalidMeter, _bench.TryMeter(Meter(0)));
        Assert.Equal(OpenFlowError.MmfcInvalidMeter, _bench.TryMeter(Meter(MeterMod.MaxMeter + 1)));
        Assert.Equal(OpenFlowError.None, _bench.TryMeter(Meter(MeterMod.Controller)));
        Assert.Equal(OpenFlowError.MmfcOutOfBands,
            _bench.TryMeter(Meter(3) with { Bands = [.. Enumerable.Repeat(new MeterBand(false, 1, 0), 9)] }));
        Assert.Equal(OpenFlowError.MmfcBadBand, _bench.TryMeter(Meter(3) with { Bands = [new MeterBand(true, 1, 0, 1)] }));
        Assert.Equal(OpenFlowError.MmfcBadRate, _bench.TryMeter(Meter(3) with { Bands = [new MeterBand(false, 0, 0)] }));
        Assert.Equal(OpenFlowError.MmfcBadFlags, _bench.TryMeter(Meter(3) with { Flags = (MeterFlags)64 }));
        Assert.Equal(2, _bench.Tables.Meters.Count);
    }

    [Fact]
    public void Rules_need_their_meter_and_go_with_it_TB5()
    {
        Assert.Equal(OpenFlowError.MmfcInvalidMeter, _bench.Try("in_port=1,actions=meter:1,2"));
        _bench.TryMeter(Meter(1));
        _bench.TryMeter(Meter(2));
        _bench.Add("in_port=1,actions=meter:1,2", "in_port=2,actions=meter:2,2", "in_port=3,actions=2");
        Assert.Equal(1, _bench.Tables.Meters.Find(1)!.RuleCount);
        _bench.TryMeter(Meter(1, MeterCommand.Delete));
        Assert.Equal(2, _bench.Tables.RuleCount);
        Assert.Equal(RuleRemovedReason.MeterDelete, _bench.Events[^1].Reason);
        _bench.TryMeter(Meter(MeterMod.AllMeters, MeterCommand.Delete));
        Assert.Equal((1, 0), (_bench.Tables.RuleCount, _bench.Tables.Meters.Count));
    }

    [Fact]
    public void Bridges_share_the_meters_of_the_datapath()
    {
        var datapath = new DatapathMeters();
        var (one, other) = (new OpenFlowTables(datapathMeters: datapath), new OpenFlowTables(datapathMeters: datapath));
        one.Meters.TryApply(Meter(1), 0, out _);
        other.Meters.TryApply(Meter(1), 0, out _);
        Assert.Equal((0u, 1u), (one.Meters.Find(1)!.DatapathId, other.Meters.Find(1)!.DatapathId));
        one.Meters.TryApply(Meter(1, MeterCommand.Delete), 0, out _);
        one.Meters.TryApply(Meter(5), 0, out _);
        Assert.Equal(0u, one.Meters.Find(5)!.DatapathId);
        Assert.Equal([(0u, true), (1u, true), (0u, false), (0u, true)], datapath.TakeChanges().Select(c => (c.Id, c.Meter is not null)));
        Assert.Empty(datapath.TakeChanges());
    }

    private static MeterMod Meter(uint id, MeterCommand command = MeterCommand.Add) => new(command, id)
    {
        Flags = MeterFlags.KilobitsPerSecond | MeterFlags.Burst, Bands = [new MeterBand(false, 1000, 200)],
    };
}
