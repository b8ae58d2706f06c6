using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>What one connection does is told to another as Debian's ovs-vswitchd tells it: events in every version and format.</summary>
public class EventDifferentialTests
{
    private const int Attempts = 1_500;

    public static TheoryData<OpenFlowVersion> Versions => [.. Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V10)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Events_are_told_as_Open_vSwitch_tells_them(OpenFlowVersion version)
    {
        await using var oracle = await OracleSwitch.StartAsync();
        var path = oracle.File("br0.mgmt");
        var (devices, mac) = OracleSwitch.Describe(path);
        var ours = new OurSwitch(devices, mac);
        var (myAuthor, myListener) = (ours.Connect(OpenFlowVersion.V15), ours.Connect(version));
        using var author = new OracleConnection(path, OpenFlowVersion.V15);
        using var listener = new OracleConnection(path, version);
        var (xid, differences) = (0x10u, new List<string>());
        foreach (var (isListener, message) in Steps(ours.Ports, devices))
        {
            var of = isListener ? version : OpenFlowVersion.V15;
            if (!MessageCodec.CanEncode(message, of)) continue;
            var request = MessageCodec.Encode(message with { Xid = ++xid }, of, CodecContext.Default);
            var (heard, told) = (new List<byte[]>(), new List<byte[]>());
            heard.AddRange((isListener ? listener : author).Ask(request));
            told.AddRange((isListener ? myListener : myAuthor).Ask(request));
            told.AddRange(myListener.Take());

            // Removed rules are told when no thread looks at them any more.
            for (var i = 0; heard.Count < told.Count && i < Attempts; i++)
            {
                heard.AddRange(listener.Ask([]));
                if (heard.Count < told.Count) await Task.Delay(20);
            }

            var (theirs, mine) = (OracleSwitch.Text(heard), OracleSwitch.Text(told));
            if (theirs != mine) differences.Add($"{message}\n  OVS: {theirs}\n  we:  {mine}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {xid - 0x10} differ:\n{string.Join("\n\n", differences)}");
        Assert.InRange(xid, 0x10u + 20, 0x10u + 100);
    }

    /// <summary>Requests of the listener, which is in the version under test, and of the author, which is always in 1.5.</summary>
    private static IEnumerable<(bool IsListener, OpenFlowMessage Message)> Steps(IOpenFlowPorts ports,
        IReadOnlyList<PortDescription> devices)
    {
        FlowModMessage Flow(string text)
        {
            Assert.True(RuleText.TryParse(text, ports, out var mod, out var error), error);
            return new FlowModMessage(mod);
        }

        PacketOutMessage Out(string actions, ushort port = 1) => new()
        {
            PipelineFields = new Match().SetInPort(new OfpPort(port)), Actions = Flow($"actions={actions}").Request.Actions,
            Data = new HexBytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x12, 0x34, .. new byte[46]]),
        };

        PortModMessage Port(PortConfigurationBits bits) => new(new PortMod(new OfpPort(1), devices.Single(d => d.Port.Value == 1).Address)
        {
            Configuration = bits, Mask = PortConfigurationBits.NoForward | PortConfigurationBits.NoReceive,
        });

        var everything = new AsyncChange([.. Enum.GetValues<AsyncKind>().Where(k => k >= AsyncKind.RoleStatus)
            .Select(k => new AsyncMask(k, false, k == AsyncKind.TableStatus ? 0x18u : 3u))]);
        yield return (true, new SetConfig(new SwitchConfiguration(FragmentMode.Normal, 65535)));
        yield return (true, new SetAsyncMessage(everything));
        yield return (true, new GetAsyncRequest());
        yield return (false, Flow("table=1,send_flow_rem,cookie=0x55,priority=7,tcp,tp_dst=80,idle_timeout=500,actions=output:1"));
        yield return (false, Flow("table=1,cookie=0x56,priority=7,udp,actions=output:1"));
        yield return (false, new FlowModMessage(new FlowMod { Command = FlowModCommand.Delete, Table = 1 }));
        yield return (false, Port(PortConfigurationBits.NoForward));
        yield return (false, Port(PortConfigurationBits.None));
        foreach (var format in Enum.GetValues<PacketInFormat>())
        {
            yield return (true, new SetPacketInFormat(format));
            yield return (false, Out("CONTROLLER:65535"));
            yield return (false, Out("controller(reason=invalid_ttl)", 2));
            yield return (false, Out("set_field:7->reg3,set_field:9->metadata,controller(userdata=01.02.03,max_len=20)", 2));
            yield return (false, Out("controller(id=5)"));
        }

        yield return (false, Flow("table=0,priority=0,cookie=0x99,actions=CONTROLLER:128"));
        yield return (false, Out("TABLE", 3));
        yield return (true, new SetControllerId(5));
        yield return (false, Out("controller(id=5)"));
        yield return (true, new SetControllerId(0));
        yield return (false, Group(GroupCommand.Add, Bucket(1)));
        yield return (false, Group(GroupCommand.InsertBucket, Bucket(2)));
        yield return (false, Flow("table=0,priority=5,send_flow_rem,actions=group:6"));
        yield return (false, Group(GroupCommand.Delete));
        yield return (true, new RoleRequest(new RoleState(ControllerRole.Primary, 4)));
        yield return (false, new RoleRequest(new RoleState(ControllerRole.Primary, 5)));
        yield return (false, Out("CONTROLLER"));
        yield return (false, Port(PortConfigurationBits.NoReceive));
        yield return (true, new RoleRequest(new RoleState(ControllerRole.NoChange)));
    }

    private static GroupBucket Bucket(ushort port) => new(port) { Actions = new OpenFlowActions(new OutputPortAction(new OfpPort(port))) };

    private static GroupModMessage Group(GroupCommand command, params GroupBucket[] buckets) => new(new GroupMod
    {
        Command = command, GroupId = 6, Type = GroupType.All, Buckets = buckets, CommandBucketId = GroupMod.LastBucket,
    });
}
