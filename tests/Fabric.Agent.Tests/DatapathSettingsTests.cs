using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>What the agent tells the datapath beside flows: meters and the time-outs of zones.</summary>
public sealed class DatapathSettingsTests
{
    private readonly OvsAgent _agent = new();
    private readonly RecordingDatapath _datapath = new();

    public DatapathSettingsTests()
    {
        Assert.True(_agent.TryAddBridge(new BridgeSettings("br0", new MacAddress(1)), 0, out var error), error);
        Assert.True(_agent.TryAddPort("br0", new PortSettings("p1", new OfpPort(1), new OdpPort(1)), out error), error);
    }

    private static ZoneConfiguration Zone(ushort zone, uint seconds) =>
        new("system", zone, new Dictionary<string, uint> { ["udp_first"] = seconds, ["icmp_first"] = 9 });

    private string Translate(byte proto)
    {
        var key = default(FlowKey);
        key.InPort = new OdpPort(1);
        (key.EthType, key.NwProto) = (EtherType.Ipv4, proto);
        key.Normalize();
        return _agent.Translate(ref key).Actions.ToString();
    }

    [Fact]
    public void Commits_in_a_zone_with_time_outs_name_their_number_and_the_datapath_knows_it()
    {
        Assert.True(_agent.TryAddRule("br0", "ip,actions=ct(commit,zone=5)", 0, out var error), error);
        Assert.Equal("ct(commit,zone=5)", Translate(IpProtocol.Udp));
        var version = _agent.Version;
        _agent.SetZones([Zone(5, 7), Zone(6, 7), Zone(8, 3)]);
        Assert.NotEqual(version, _agent.Version);
        Assert.Equal("ct(commit,zone=5,timeout=1)", Translate(IpProtocol.Udp));
        Assert.Equal("ct(commit,zone=5)", Translate(99));

        _agent.SendMeters(_datapath);
        var seven = CtTimeouts.Default with { UdpFirstS = 7, IcmpFirstS = 9 };
        SetCtTimeouts[] expected = [new(1, seven), new(2, seven with { UdpFirstS = 3 })];
        Assert.Equal(expected, _datapath.CtRequests);

        // The same again is nothing new; a zone less is.
        version = _agent.Version;
        _agent.SetZones([Zone(5, 7), Zone(6, 7), Zone(8, 3)]);
        Assert.Equal(version, _agent.Version);
        _agent.SetZones([Zone(8, 3)]);
        _agent.SendMeters(_datapath);
        Assert.Equal(new SetCtTimeouts(1, null), _datapath.CtRequests[^1]);
        Assert.Equal("ct(commit,zone=5)", Translate(IpProtocol.Udp));
    }

    [Fact]
    public void A_datapath_that_begins_anew_is_told_everything_again()
    {
        var meter = new MeterMod(MeterCommand.Add, 4) { Flags = MeterFlags.PacketsPerSecond, Bands = [new MeterBand(false, 10, 20)] };
        Assert.True(_agent.FindBridge("br0")!.Meters.TryApply(meter, 0, out _));
        _agent.SetZones([Zone(5, 7)]);
        _agent.SendMeters(_datapath);
        var settings = Assert.Single(_datapath.Meters).Value;
        Assert.True(settings.IsPacketRate);
        Assert.Equal([new DropBand(10, 20)], settings.Bands);

        var next = new RecordingDatapath();
        _agent.SendMeters(next);
        Assert.Empty(next.Meters);
        _agent.TellDatapathAgain();
        _agent.SendMeters(next);
        Assert.Single(next.Meters);
        Assert.Single(next.CtRequests);

        Assert.True(_agent.FindBridge("br0")!.Meters.TryApply(new MeterMod(MeterCommand.Delete, 4), 0, out _));
        _agent.SendMeters(next);
        Assert.Empty(next.Meters);
    }
}
