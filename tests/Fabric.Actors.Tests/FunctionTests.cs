using Fabric.Actors.Protocol;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>SR-IOV of a whole server: VFs set, destroyed, made again and moved, and the eswitch mode, while everything runs.</summary>
public sealed class FunctionTests : FabricRig
{
    private FunctionState _state = FunctionState.AsDeclared;
    private long _revision;

    /// <summary>As the controller does.</summary>
    private void Change(VfChange change)
    {
        Assert.True(FunctionChanges.TryApply(Topology, _state, change, out var next, out var refusal), refusal?.Reason);
        _state = next;
        var server = Topology.FindServer("server-1")!;
        Servers["server-1"].Tell(new EnsureServer(ServerPlanner.Plan(Topology, server, 1, next, ++_revision)), TestActor);
        Servers["server-1"].Tell(new SettleVfs(1, _revision), TestActor);
        Assert.Equal(_revision, Await<VfsSettled>().Revision);
    }

    private void Set(VfSet set) => Change(new VfChange("server-1", Set: set));

    private VfState Vf(string name) => Report("server-1").Vfs.Single(vf => vf.Name == name);

    private VmState Vm(string name) => Report("server-1").Vms.Single(vm => vm.Name == name);

    private bool Answers(string vm, string destination) => Ping(vm, destination).Received == 1;

    private bool HasPort(string name) =>
        Report("server-1").Bridges.Single(b => b.Name == "br-int").Ports.Any(port => port.Name == name);

    [Fact]
    public void A_destroyed_VF_takes_port_and_link_away_and_gives_both_back_when_it_is_made_again()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.3");
        Assert.True(HasPort("vf1"));
        Change(new VfChange("server-1", Destroy: new VfDestroy(["vf1"])));
        Assert.False(HasPort("vf1"));
        Assert.Equal(("no link", false, false), (Vm("a-3").State, Vf("vf1").LinkUp, Vf("vf1").Attributes.Exists));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Assert.Equal((7, 8), (Inspect("server-1").VfCount, Inspect("server-1").VfLimit));
        Change(new VfChange("server-1", Create: new VfCreate("vf1")));
        Advance(1_000);
        Assert.True(HasPort("vf1"));
        Assert.Equal(("running", true), (Vm("a-3").State, Vf("vf1").LinkUp));
        AssertPings("a-1", "10.1.0.3");
        AssertPings("a-3", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void A_VF_that_changes_hands_serves_the_new_VM_under_its_own_identity_and_the_old_one_no_more()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-3", "10.1.0.2");
        Change(new VfChange("server-1", Move: new VfMove("vf0", "a-3")));
        var received = Vm("a-1").RxFrames;
        Assert.Equal(("a-3", Topology.FindVm("a-3")!.Mac), (Vf("vf0").Vm, Vf("vf0").Mac));
        Assert.Equal(("", "vf0"), (Vm("a-1").Vf, Vm("a-3").Vf));
        Advance(1_000);
        AssertPings("a-3", "10.1.0.2");
        Assert.False(Answers("a-1", "10.1.0.2"));
        Assert.False(Ping("a-2", "10.1.0.1").Received == 1);
        Assert.Equal(received, Vm("a-1").RxFrames);
        Change(new VfChange("server-1", Move: new VfMove("vf1", "a-1")));
        Advance(1_000);
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void A_VF_that_no_VM_ever_had_serves_one_that_gets_it()
    {
        StartBoth();
        Change(new VfChange("server-1", Move: new VfMove("vf6", "a-1")));
        Advance(1_000);
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-3", "10.1.0.1");
        Assert.DoesNotContain(Report("server-1").Vfs, vf => vf.Name == "vf0");
        AssertConserved();
    }

    [Fact]
    public void What_is_said_of_a_VF_holds_at_once_and_its_drops_are_told_by_reason()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.3");
        Set(new VfSet("vf0", SpoofCheck: true, Mac: "02:00:00:00:99:99"));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Assert.True(Vf("vf0").Drops["SourceSpoofed"] > 0);
        Set(new VfSet("vf0", SpoofCheck: false, Mtu: 70));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Assert.True(Vf("vf0").Drops["MtuExceeded"] > 0);
        Set(new VfSet("vf0", Mtu: 0, Link: "disable"));
        Assert.Equal(("no link", false), (Vm("a-1").State, Vf("vf0").LinkUp));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Set(new VfSet("vf0", Link: "auto"));
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void Two_VFs_of_one_VLAN_reach_each_other_and_nobody_else()
    {
        StartBoth();
        Set(new VfSet("vf0", Vlan: 10));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Set(new VfSet("vf1", Vlan: 10));
        AssertPings("a-1", "10.1.0.3");
        Assert.False(Answers("a-1", "10.1.0.2"));
        AssertConserved();
    }

    [Fact]
    public void In_legacy_mode_the_NIC_forwards_by_itself_and_the_switch_has_no_VFs()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.3");
        Change(new VfChange("server-1", Eswitch: "legacy"));
        Advance(1_000);
        Assert.False(HasPort("vf0"));
        var before = Inspect("server-1").Tiers;
        AssertPings("a-1", "10.1.0.3");
        Assert.Equal(before, Inspect("server-1").Tiers);
        Assert.Equal(("legacy", 0, 0), (Inspect("server-1").Eswitch, Inspect("server-1").FlowsL1, Inspect("server-1").FlowsL2));
        Assert.False(Answers("a-1", "10.1.0.2"));
        Change(new VfChange("server-1", Eswitch: "switchdev"));
        Advance(1_000);
        Assert.True(HasPort("vf0"));
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    private GuestReply Asks(string vm, string? mac = null, bool? promiscuous = null)
    {
        Servers["server-1"].Tell(new ChangeGuest(new GuestChange(vm, mac, promiscuous)), TestActor);
        return Await<GuestReply>();
    }

    [Fact]
    public void A_guest_without_trust_is_refused_another_MAC_and_promiscuous_mode_and_one_with_it_has_both()
    {
        const string other = "02:00:00:00:77:01";
        StartBoth();
        Set(new VfSet("vf0", SpoofCheck: true));
        Change(new VfChange("server-1", Eswitch: "legacy"));
        Advance(1_000);
        var declared = Vm("a-1").Mac;
        var refused = Asks("a-1", other, promiscuous: true);
        Assert.Equal(
            [$"the NIC refused the address {other}: vf0 is not trusted", "the NIC refused promiscuous mode: vf0 is not trusted"],
            refused.Refusals);
        Assert.Equal((declared, declared, declared), (refused.Mac, Vm("a-1").Mac, Vf("vf0").Mac));
        Assert.False(Vf("vf0").Attributes.IsPromiscuous);
        AssertPings("a-1", "10.1.0.3");

        Set(new VfSet("vf0", Trust: true));
        Assert.Empty(Asks("a-1", other, promiscuous: true).Refusals);
        Assert.Equal((other, other, true), (Vm("a-1").Mac, Vf("vf0").Mac, Vf("vf0").Attributes.IsPromiscuous));
        AssertPings("a-1", "10.1.0.3");
        AssertPings("a-3", "10.1.0.1");
        Assert.NotEmpty(Asks("a-1", "01:00:00:00:00:01").Refusals);

        // Without trust both are taken back, and what the guest goes on to send is spoofed.
        Set(new VfSet("vf0", Trust: false));
        Assert.Equal((declared, false), (Vf("vf0").Mac, Vf("vf0").Attributes.IsPromiscuous));
        Assert.False(Answers("a-1", "10.1.0.3"));
        Assert.True(Vf("vf0").Drops.ContainsKey(nameof(DropReason.SourceSpoofed)));
        Assert.Empty(Asks("a-1", declared).Refusals);
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void A_trusted_guest_in_promiscuous_mode_gets_the_frames_of_others_in_legacy_mode()
    {
        const int pings = 10;
        StartBoth();
        Change(new VfChange("server-1", Eswitch: "legacy"));
        Advance(1_000);
        AssertPings("a-1", "10.1.0.3");

        // What b-1 gets while a-1 pings a-3. Being in another overlay it has the address of a-1, and so gets the answers in any case.
        long Heard()
        {
            var before = Vm("b-1").RxFrames;
            AssertPings("a-1", "10.1.0.3", pings);
            return Vm("b-1").RxFrames - before;
        }

        Assert.NotEmpty(Asks("b-1", promiscuous: true).Refusals);
        Assert.InRange(Heard(), 0, pings);
        Set(new VfSet(Vm("b-1").Vf, Trust: true));
        Assert.Empty(Asks("b-1", promiscuous: true).Refusals);
        Assert.InRange(Heard(), 2 * pings, 3 * pings);
        Assert.Empty(Asks("b-1", promiscuous: false).Refusals);
        Assert.InRange(Heard(), 0, pings);
        AssertConserved();
    }

    [Fact]
    public void A_VM_that_reboots_has_its_own_address_again()
    {
        StartBoth();
        var declared = Vm("a-1").Mac;
        Set(new VfSet("vf0", Trust: true));
        Assert.Empty(Asks("a-1", "02:00:00:00:77:01", promiscuous: true).Refusals);
        Break("server-1", "vm-a-1");
        Advance(1_000);
        Assert.Equal((declared, declared, false), (Vm("a-1").Mac, Vf("vf0").Mac, Vf("vf0").Attributes.IsPromiscuous));
        AssertPings("a-1", "10.1.0.2");
    }

    [Fact]
    public void A_NIC_that_restarts_is_as_was_last_said()
    {
        StartBoth();
        Set(new VfSet("vf0", MaxRateBps: 1_000_000, Trust: true));
        Change(new VfChange("server-1", Destroy: new VfDestroy(["vf1"])));
        Break("server-1", "nic");
        Advance(2_000);
        Assert.Equal((true, 1_000_000L, true), (Vf("vf0").Attributes.Trust, Vf("vf0").Attributes.MaxRateBps, Vf("vf0").LinkUp));
        Assert.False(Vf("vf1").LinkUp);
        AssertPings("a-1", "10.1.0.2");
        Change(new VfChange("server-1", Create: new VfCreate(Count: 8)));
        Advance(1_000);
        AssertPings("a-3", "10.1.0.1");
        AssertConserved();
    }

    [Fact]
    public void Whatever_is_changed_in_whatever_order_the_server_ends_as_was_last_said_and_loses_no_frame()
    {
        var random = new Random(int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 11);
        StartBoth();
        for (var step = 0; step < 25; step++)
        {
            var vf = $"vf{random.Next(3)}";
            VfChange change = random.Next(6) switch
            {
                0 => new("server-1", Destroy: new VfDestroy([vf])),
                1 => new("server-1", Create: new VfCreate(vf)),
                2 => new("server-1", Move: new VfMove(vf, random.Next(2) == 0 ? "a-1" : "a-3")),
                3 => new("server-1", Eswitch: random.Next(3) == 0 ? "legacy" : "switchdev"),
                4 => new("server-1", Set: new VfSet(vf, Link: random.Next(2) == 0 ? "disable" : "auto")),
                _ => new("server-1", Set: new VfSet(vf, Vlan: random.Next(2) * 10)),
            };
            if (!FunctionChanges.TryApply(Topology, _state, change, out _, out _)) continue;
            Change(change);
            BeginPing("a-1", "10.1.0.3", 2);
            Await<PingReply>();
        }

        Change(new VfChange("server-1", Eswitch: "switchdev"));
        Change(new VfChange("server-1", Create: new VfCreate(Count: 8)));
        foreach (var (vf, vm) in new[] { ("vf0", "a-1"), ("vf1", "a-3"), ("vf2", "b-1") })
        {
            if (Vm(vm).Vf != vf) Change(new VfChange("server-1", Move: new VfMove(vf, vm)));
            Set(new VfSet(vf, Vlan: 0, Link: "auto"));
        }

        Advance(2_000);
        AssertPings("a-1", "10.1.0.3");
        AssertPings("a-1", "10.1.0.2");
        AssertPings("b-1", "10.1.0.2");
        AssertConserved();
    }
}
