using Fabric.Agent;
using Fabric.Flow;

namespace Fabric.Actors.Tests.Standalone;

/// <summary>What the log of a drop-in tells of flows.</summary>
public class FlowJournalTests
{
    [Fact]
    public void A_flow_is_logged_by_the_packet_it_was_made_for_when_someone_wants_to_know()
    {
        var console = new StringWriter();
        var settings = new VlogSettings();
        using var log = new DaemonLog("ovs-vswitchd", 1, null, settings, FabricClock.System, console);
        var journal = new FlowJournal(log, settings);
        Assert.True(FlowText.TryParse(
            "recirc_id(0),in_port(90),packet_type(ns=0,id=0),eth_type(0x0800),ipv4(proto=6,frag=no),tcp(src=33419/0xff)",
            out var packet, out var mask, out var error), error);
        packet.TpSource = 33419;
        var ufid = new Ufid(1, 2);
        journal.Made(ufid, ref packet, ref mask, DatapathActions.Drop);
        Assert.Equal("", console.ToString());
        settings.Set("dpif_netdev:dbg");
        journal.Made(ufid, ref packet, ref mask, DatapathActions.Drop);
        Assert.EndsWith($"|dpif_netdev|DBG|flow_add: ufid:{ufid} mega_ufid:{ufid} recirc_id(0),in_port(90),packet_type(ns=0,id=0),"
            + "eth_type(0x0800),ipv4(proto=6,frag=no),tcp(src=33419/0xff), actions:drop\n", console.ToString(), StringComparison.Ordinal);
        var flow = new DatapathFlowView
        {
            Key = packet, Mask = mask, Ufid = ufid, Actions = DatapathActions.Drop, Packets = 3, Bytes = 318,
        };
        journal.Swept(() => throw new InvalidOperationException("nobody asked"));
        settings.Set("dpif:dbg");
        journal.Swept(() => new DatapathView("dummy", "ovs-dummy") { Flows = [flow] });
        Assert.Contains($"|dpif|DBG|dummy@ovs-dummy: flow_dump ufid:{ufid} ", console.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(", packets:3, bytes:318, used:never, actions:drop\n", console.ToString(), StringComparison.Ordinal);
        Assert.Equal(33419, journal.PacketOf(ufid)!.Value.TpSource);
        journal.Gone(ufid);
        Assert.Null(journal.PacketOf(ufid));
    }
}
