using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow.Tests;

public class ActionCheckTests
{
    private static readonly Match Ip = new Match().Set(F.EthType, 0x0800);

    [Theory]
    [InlineData("actions=set_field:1.2.3.4->ip_src")]
    [InlineData("actions=ct(commit)")]
    public void Headers_that_the_match_does_not_promise_are_an_error_in_every_version(string what)
    {
        OpenFlowAction action = what.Contains("ct", StringComparison.Ordinal)
            ? new ConnectionTrackAction { Flags = CtFlags.Commit }
            : new SetFieldAction(F.NwSource, 1, F.NwSource.AllOnes);
        Assert.Equal(OpenFlowError.BacMatchInconsistent, Check(Match.Any, OpenFlowVersion.V10, action));
        Assert.Equal(OpenFlowError.None, Check(Ip, OpenFlowVersion.V15, action));
    }

    [Fact]
    public void What_1_0_ignores_later_versions_refuse()
    {
        Assert.Equal(OpenFlowError.None, Check(Match.Any, OpenFlowVersion.V10, new StripVlanAction()));
        Assert.Equal(OpenFlowError.BacMatchInconsistent, Check(Match.Any, OpenFlowVersion.V13, new StripVlanAction()));
        Assert.Equal(OpenFlowError.BacMatchInconsistent, Check(Match.Any, OpenFlowVersion.V13, new SetNwTtlAction(5)));
    }

    [Fact]
    public void A_tag_that_is_pushed_may_be_set_and_taken_off()
    {
        var set = new SetFieldAction(F.VlanVid, 0x1005, F.VlanVid.AllOnes);
        Assert.Equal(OpenFlowError.BacMatchInconsistent, Check(Match.Any, OpenFlowVersion.V13, set));
        Assert.Equal(OpenFlowError.None, Check(Match.Any, OpenFlowVersion.V13, new PushVlanTagAction(0x8100), set, new StripVlanAction()));
        OpenFlowAction[] pushes = [new PushVlanTagAction(0x8100), new PushVlanTagAction(0x8100), new PushVlanTagAction(0x8100)];
        Assert.Equal(OpenFlowError.BacBadTag, Check(Match.Any, OpenFlowVersion.V13, pushes));
    }

    [Fact]
    public void What_clone_does_to_the_packet_ends_with_it()
    {
        var set = new SetFieldAction(F.VlanPcp, 5, F.VlanPcp.AllOnes);
        Assert.Equal(OpenFlowError.BacMatchInconsistent,
            Check(Match.Any, OpenFlowVersion.V13, new CloneListAction(new(new PushVlanTagAction(0x8100), set)), set));
    }

    [Fact]
    public void Rules_go_to_later_tables_and_switch_ports_only()
    {
        Assert.Equal(OpenFlowError.BicBadTableId, ActionCheck.Check(new(new GotoTableAction(3)), Ip, OpenFlowVersion.V13, table: 3));
        Assert.Equal(OpenFlowError.None, ActionCheck.Check(new(new GotoTableAction(4)), Ip, OpenFlowVersion.V13, table: 3));
        var output = new OpenFlowActions(new OutputPortAction(new OfpPort(9)));
        Assert.Equal(OpenFlowError.BacBadOutPort, ActionCheck.Check(output, Ip, OpenFlowVersion.V13, portEnd: 9));
        Assert.Equal(OpenFlowError.None, ActionCheck.Check(output, Ip, OpenFlowVersion.V13, portEnd: 10));
    }

    [Fact]
    public void A_learned_match_has_prerequisites_of_its_own()
    {
        LearnSpec type = new(LearnDestination.Match, null, 0x0800, FieldBits.Whole(F.EthType), 16);
        LearnSpec source = new(LearnDestination.Match, FieldBits.Whole(F.NwDestination), 0, FieldBits.Whole(F.NwSource), 32);
        Assert.Equal(OpenFlowError.BacMatchInconsistent, Check(Ip, OpenFlowVersion.V13, new LearnAction(new(source))));
        Assert.Equal(OpenFlowError.None, Check(Ip, OpenFlowVersion.V13, new LearnAction(new(type, source))));
    }

    [Fact]
    public void A_set_is_ordered_and_ends_in_one_way_out()
    {
        OutputPortAction output = new(new OfpPort(1));
        SetFieldAction set = new(F.Registers[0], 1, F.Registers[0].AllOnes);
        OpenFlowAction[] actions =
        [
            output, set, new PushVlanTagAction(0x8100), new DecTtlAction(), new PushVlanTagAction(0x88a8), new GroupAction(5),
            new StripVlanAction(),
        ];
        OpenFlowActions expected = new(new StripVlanAction(), new PushVlanTagAction(0x88a8), new DecTtlAction(), set, new GroupAction(5));
        Assert.Equal(expected, ActionSet.InOrder(actions));
        Assert.Equal(OpenFlowActions.Drop, ActionSet.InOrder([set]));
    }

    private static OpenFlowError Check(Match match, OpenFlowVersion version, params OpenFlowAction[] actions) =>
        ActionCheck.Check(new OpenFlowActions(actions), match, version);
}
