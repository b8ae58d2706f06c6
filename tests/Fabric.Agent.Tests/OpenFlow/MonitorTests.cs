using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

public class MonitorTests
{
    private const FlowMonitorFlags Everything =
        FlowMonitorFlags.Initial | FlowMonitorFlags.Add | FlowMonitorFlags.Removed | FlowMonitorFlags.Modify
        | FlowMonitorFlags.Instructions;

    [Fact]
    public void A_monitor_begins_with_the_rules_there_are_and_follows_others_changes()
    {
        var rig = new SwitchRig();
        var (watcher, other) = (rig.Connect(OpenFlowVersion.V14), rig.Connect(OpenFlowVersion.V10));
        rig.Ask(other, rig.Flow("table=1,priority=4,actions=output:1"));
        var initial = rig.Ask<FlowMonitorReply>(watcher, new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = Everything }]));
        Assert.Equal("Initial 1 output:1", Text(initial));
        rig.Ask(other, rig.Flow("table=2,actions=output:2"));
        Assert.Equal("Added 2 output:2", Next(watcher));
        rig.Ask(other, rig.Flow("table=2,actions=output:3", FlowModCommand.Modify));
        Assert.Equal("Modified 2 output:3", Next(watcher));
        rig.Ask(other, SwitchRig.Delete());
        Assert.Equal("Removed 1 output:1,Removed 2 output:3", Next(watcher));
    }

    [Fact]
    public void Ones_own_changes_come_in_short_unless_one_asks()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V10);
        rig.Ask(session, new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = Everything }]));
        session.Receive(rig.Flow("actions=drop") with { Xid = 77 }, new byte[72], 0);
        var update = Assert.Single(Assert.IsType<FlowMonitorReply>(Assert.Single(SwitchRig.Take(session))).Updates);
        Assert.Equal((FlowUpdateEvent.Abbreviated, 77u), (update.Event, update.RequestXid));
        rig.Ask(session, new FlowMonitorRequest([new FlowMonitorQuery(2) { Flags = Everything | FlowMonitorFlags.OnlyOwn }]));
        Assert.Equal("Removed 0 drop", string.Join('|', rig.Ask(session, SwitchRig.Delete()).Select(m => Text((FlowMonitorReply)m))));
    }

    [Fact]
    public void A_monitor_looks_at_its_table_match_and_port_only()
    {
        var rig = new SwitchRig();
        var (watcher, other) = (rig.Connect(OpenFlowVersion.V14), rig.Connect(OpenFlowVersion.V14));
        rig.Ask(watcher, new FlowMonitorRequest([new FlowMonitorQuery(1)
        {
            Flags = Everything, Table = 3, OutPort = new OfpPort(2), Match = rig.Flow("tcp,actions=drop").Request.Match,
        }]));
        rig.Ask(other, rig.Flow("table=2,tcp,actions=output:2"));
        rig.Ask(other, rig.Flow("table=3,udp,actions=output:2"));
        rig.Ask(other, rig.Flow("table=3,tcp,actions=output:1"));
        Assert.Empty(SwitchRig.Take(watcher));
        rig.Ask(other, rig.Flow("table=3,tcp,tp_dst=80,actions=output:2"));
        Assert.Equal("Added 3 output:2", Next(watcher));
        rig.Ask(other, rig.Flow("table=3,tcp,actions=output:3", FlowModCommand.Modify));
        Assert.Equal("Modified 3 output:3", Next(watcher));
    }

    [Fact]
    public void Monitors_are_added_changed_and_ended()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        FlowMonitorRequest Request(FlowMonitorCommand command, uint id = 1) =>
            new([new FlowMonitorQuery(id) { Command = command, Flags = Everything }]);
        Assert.Equal(OpenFlowError.MofcUnknownMonitor, rig.Error(session, Request(FlowMonitorCommand.Modify)));
        rig.Ask<FlowMonitorReply>(session, Request(FlowMonitorCommand.Add));
        Assert.Equal(OpenFlowError.MofcMonitorExists, rig.Error(session, Request(FlowMonitorCommand.Add)));
        rig.Ask<FlowMonitorReply>(session, Request(FlowMonitorCommand.Modify));
        var twice = new FlowMonitorRequest(
            [new FlowMonitorQuery(8) { Flags = Everything }, new FlowMonitorQuery(8) { Flags = Everything }]);
        Assert.Equal(OpenFlowError.MofcMonitorExists, rig.Error(session, twice));
        Assert.Equal(OpenFlowError.MofcUnknownMonitor, rig.Error(session, new FlowMonitorCancel(8)));
        Assert.Empty(rig.Ask(session, new FlowMonitorCancel(1)));
        Assert.Empty(rig.Ask(session, rig.Flow("actions=drop")));
    }

    [Theory]
    [InlineData(OpenFlowVersion.V10)]
    [InlineData(OpenFlowVersion.V14)]
    public void A_slow_reader_pauses_and_is_brought_up_to_date_S3(OpenFlowVersion version)
    {
        var rig = new SwitchRig();
        var (watcher, other) = (rig.Connect(version), rig.Connect(OpenFlowVersion.V14));
        rig.Ask(watcher, new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = Everything }]));
        for (var i = 0; i < 4000; i++)
            rig.Ask(other, rig.Flow($"table=1,priority={i + 1},ip,nw_dst=10.0.{i >> 8}.{i & 255},actions=output:1"));
        rig.Ask(other, rig.Flow("table=1,priority=1,ip,nw_dst=10.0.0.0,actions=output:2", FlowModCommand.ModifyStrict));
        rig.Ask(other, SwitchRig.Delete(1, rig.Flow("ip,nw_dst=10.0.0.1,actions=drop").Request.Match));
        rig.Switch.Run(rig.NowMs);
        var queued = SwitchRig.Take(watcher).Where(IsUpdate).ToArray();
        Assert.InRange(queued.Length, 10, 3999);
        rig.Switch.Run(rig.NowMs);
        var late = SwitchRig.Take(watcher);
        var seen = new Dictionary<(byte, ushort), string>();
        foreach (var update in queued.Concat(late).OfType<FlowMonitorReply>().SelectMany(r => r.Updates))
        {
            if (update.Event == FlowUpdateEvent.Removed) Assert.True(seen.Remove((update.Table, update.Priority)));
            else if (update.Event is FlowUpdateEvent.Added or FlowUpdateEvent.Modified)
                seen[(update.Table, update.Priority)] = $"{update.Actions}";
        }

        Assert.Equal(rig.Bridge.Tables.Rules.ToDictionary(r => (r.Table, (ushort)r.Priority), r => $"{r.Actions}"), seen);
        Assert.False(IsUpdate(late[^1]));
    }

    /// <summary>An update, and not the word that they pause or go on.</summary>
    private static bool IsUpdate(OpenFlowMessage message) =>
        message is FlowMonitorReply { Updates: [{ Event: not (FlowUpdateEvent.Paused or FlowUpdateEvent.Resumed) }, ..] };

    private static string Next(OpenFlowSession session) => Text(Assert.IsType<FlowMonitorReply>(Assert.Single(SwitchRig.Take(session))));

    private static string Text(FlowMonitorReply reply) =>
        string.Join(',', reply.Updates.Select(u => $"{u.Event} {u.Table} {(u.Actions.Count == 0 ? "drop" : u.Actions)}"));
}
