using Fabric.Agent.Tests.OpenFlow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.Durability;

/// <summary>What a rule log brings back. J1 and J2 are numbered on <see cref="RuleJournal"/>.</summary>
public sealed class RuleJournalTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 20;
    private static readonly Guid Row = new("5a1b70d4-6f13-4a3a-8d23-7b2a2a3c9d01");

    /// <summary>J1, through any sequence of changes, with images in between.</summary>
    [Fact]
    public void A_log_brings_back_what_random_requests_made_of_a_bridge()
    {
        for (var round = 0; round < 20; round++)
        {
            var random = new Random(Seed + round);
            var rig = new SwitchRig(FailMode.Standalone);
            var journal = new RuleJournal();
            journal.Follow(Row, rig.Bridge, isSaved: false);
            var log = RuleRecord.Begin.ToArray();
            for (var step = 0; step < 60; step++)
            {
                Change(rig, random);
                if (random.Next(4) == 0) log = [.. log, .. journal.Take().Span];
                if (random.Next(15) == 0)
                {
                    log = [.. log, .. journal.Take().Span];
                    log = journal.Image(withHeading: true)().ToArray();
                }
            }

            log = [.. log, .. journal.Take().Span];
            Assert.Equal(Describe(rig.Bridge), Describe(Restore(log)));
        }
    }

    /// <summary>J2.</summary>
    [Fact]
    public void Nothing_changed_is_nothing_to_save()
    {
        var rig = new SwitchRig(FailMode.Standalone);
        var journal = new RuleJournal();
        journal.Follow(Row, rig.Bridge, isSaved: false);
        Assert.True(journal.HasChanges);
        Assert.NotEqual(0, journal.Take().Length);
        journal.Look();
        Assert.False(journal.HasChanges);
        Assert.Equal(0, journal.Take().Length);
        Add(rig, "group");
        journal.Look();
        Assert.True(journal.HasChanges);
    }

    [Fact]
    public void What_a_crash_cut_off_is_dropped_and_the_rest_is_read()
    {
        var rig = new SwitchRig();
        var journal = new RuleJournal();
        journal.Follow(Row, rig.Bridge, isSaved: false);
        Add(rig, "table=1,ip,actions=drop");
        var first = (byte[])[.. RuleRecord.Begin, .. journal.Take().Span];
        Add(rig, "table=2,arp,actions=drop");
        var whole = (byte[])[.. first, .. journal.Take().Span];
        for (var size = first.Length; size < whole.Length; size++)
        {
            var saved = SavedRules.Read(whole.AsSpan(0, size), RuleRecord.Begin.Length, out var read);
            Assert.Equal(first.Length, read);
            var other = new SwitchRig();
            Assert.True(saved.Restore(Row, other.Bridge, 0));
            Assert.Equal(1, other.Bridge.Tables.RuleCount);
        }

        var damaged = (byte[])whole.Clone();
        damaged[^1] ^= 1;
        SavedRules.Read(damaged, RuleRecord.Begin.Length, out var good);
        Assert.Equal(first.Length, good);
    }

    [Fact]
    public void A_bridge_that_went_does_not_come_back_and_neither_does_one_of_the_same_name()
    {
        var rig = new SwitchRig();
        var journal = new RuleJournal();
        journal.Follow(Row, rig.Bridge, isSaved: false);
        Add(rig, "ip,actions=drop");
        var log = (byte[])[.. RuleRecord.Begin, .. journal.Take().Span];
        var saved = SavedRules.Read(log, RuleRecord.Begin.Length, out _);
        Assert.False(saved.Restore(Guid.NewGuid(), new SwitchRig().Bridge, 0));

        journal.ForgetExcept(new HashSet<Guid>());
        log = [.. log, .. journal.Take().Span];
        saved = SavedRules.Read(log, RuleRecord.Begin.Length, out _);
        Assert.False(saved.Restore(Row, new SwitchRig().Bridge, 0));
    }

    private static AgentBridge Restore(byte[] log)
    {
        var rig = new SwitchRig(FailMode.Standalone);
        Assert.True(SavedRules.Read(log, RuleRecord.Begin.Length, out var size).Restore(Row, rig.Bridge, 0));
        Assert.Equal(log.Length, size);
        return rig.Bridge;
    }

    private static string Describe(AgentBridge bridge) => string.Join('\n',
    [
        .. bridge.TunnelOptions.Mappings.Select(m => m.ToString()),
        .. bridge.Tables.Groups.Groups.Select(g =>
            $"group {g.Id} {g.Type} {string.Join(' ', g.Buckets.Select(b => $"{b.Id} {b.Actions}"))}"),
        .. bridge.Tables.Meters.Meters.Select(m => $"meter {m.Id} {m.Flags} {string.Join(' ', m.Bands)}"),
        .. bridge.Tables.Rules.Select(rule => RuleText.Format(rule.Mod)).Order(StringComparer.Ordinal),
    ]);

    private static void Change(SwitchRig rig, Random random)
    {
        var (table, priority, port) = (random.Next(3), random.Next(3), random.Next(1, 4));
        switch (random.Next(9))
        {
            case 0:
                Add(rig, "group");
                break;
            case 1:
                rig.Bridge.Tables.Groups.TryApply(new GroupMod { Command = GroupCommand.Delete, GroupId = 7 }, 0, out _);
                break;
            case 2:
                var command = rig.Bridge.Tables.Meters.Find(3) is null ? MeterCommand.Add : MeterCommand.Modify;
                rig.Bridge.Tables.Meters.TryApply(new MeterMod(command, 3)
                {
                    Flags = MeterFlags.PacketsPerSecond,
                    Bands = [new MeterBand(IsRemark: false, (uint)random.Next(1, 100), 0)],
                }, 0, out _);
                break;
            case 3:
                rig.Bridge.Tables.Meters.TryApply(new MeterMod(MeterCommand.Delete, 3), 0, out _);
                break;
            case 4:
                Apply(rig, $"table={table},tcp,tp_dst={port}", FlowModCommand.Delete);
                break;
            case 5:
                Apply(rig, $"table={table},actions=output:{port}", FlowModCommand.Modify);
                break;
            default:
                Add(rig, $"table={table},priority={priority},cookie={port},idle_timeout={port},tcp,tp_dst={port},"
                    + $"actions=set_field:{random.Next(5)}->reg0,resubmit(,{table + 1})");
                break;
        }
    }

    private static void Add(SwitchRig rig, string rule)
    {
        if (rule == "group")
            rig.Bridge.Tables.Groups.TryApply(new GroupMod
            {
                Command = GroupCommand.AddOrModify, GroupId = 7, Type = GroupType.All,
                Buckets = [new GroupBucket(1) { Weight = 0, Actions = new OpenFlowActions(new OutputPortAction(new(2))) }],
            }, 0, out _);
        else Apply(rig, rule, FlowModCommand.Add);
    }

    private static void Apply(SwitchRig rig, string text, FlowModCommand command)
    {
        Assert.True(RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var mod, out var error, command), error);
        Assert.True(rig.Bridge.Tables.TryApply(mod, 0, null, out error), error);
    }
}
