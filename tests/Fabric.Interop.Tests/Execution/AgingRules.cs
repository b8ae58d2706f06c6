using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>Rules that leave after a time, and what happens meanwhile.</summary>
internal static class AgingRules
{
    private const string Learn = "learn(table=1,{0},eth_type=0x800,NXM_OF_IP_DST[]=NXM_OF_IP_SRC[],output:NXM_OF_IN_PORT[])";

    public static IReadOnlyList<RuleSet> All { get; } =
    [
        new("hard", "hard_timeout=3,ip,in_port=1,actions=2", "hard_timeout=6,ipv6,in_port=1,actions=3", "priority=1,actions=4"),
        new("idle", "idle_timeout=3,udp,in_port=1,actions=2", "idle_timeout=5,udp6,in_port=1,actions=3", "priority=1,actions=4"),
        new("both", "idle_timeout=2,hard_timeout=7,ip,in_port=1,actions=2", "idle_timeout=9,hard_timeout=4,ipv6,actions=3",
            "idle_timeout=1,in_port=2,actions=1", "priority=1,actions=drop"),
        new("behind a resubmit", "in_port=1,actions=resubmit(,1),resubmit(,2)", "table=1,idle_timeout=3,udp,actions=2",
            "table=1,hard_timeout=6,udp6,actions=2", "table=2,idle_timeout=8,hard_timeout=11,actions=3", "table=2,priority=1,actions=4"),
        new("learned, hard", $"table=0,ip,in_port=1,actions={Learned("hard_timeout=4")},2", "table=0,in_port=2,actions=resubmit(,1)",
            "table=1,priority=0,actions=4"),
        new("learned, idle", $"table=0,ip,in_port=1,actions={Learned("idle_timeout=3")},2", "table=0,in_port=2,actions=resubmit(,1)",
            "table=1,priority=0,actions=4"),
        new("learned, both", $"table=0,ip,in_port=1,actions={Learned("idle_timeout=3,hard_timeout=9,priority=7,cookie=0x5")},2",
            "table=0,in_port=2,actions=resubmit(,1)", "table=1,priority=0,actions=4"),
        new("learned, with the end of a connection",
            $"table=0,tcp,in_port=1,actions={Learned("idle_timeout=30,hard_timeout=60,fin_idle_timeout=2,fin_hard_timeout=5")},2",
            "table=0,in_port=2,actions=resubmit(,1)", "table=0,in_port=1,priority=1,actions=3", "table=1,priority=0,actions=4"),
        new("learned and deleted with it",
            $"table=0,idle_timeout=4,cookie=9,ip,in_port=1,actions={Learned("idle_timeout=60,delete_learned,cookie=0x77")},2",
            "table=0,in_port=2,actions=resubmit(,1)", "table=0,priority=1,actions=3", "table=1,priority=0,actions=4"),
        new("learned, at most three", $"table=0,ip,in_port=1,actions={Learned("hard_timeout=9,limit=3,result_dst=NXM_NX_REG0[0]")},"
            + "resubmit(,3)", "table=3,reg0=1,actions=2", "table=3,actions=3", "table=0,in_port=2,actions=resubmit(,1)",
            "table=1,priority=0,actions=4"),
        new("ended by the flags of TCP", "tcp,in_port=1,idle_timeout=60,actions=fin_timeout(idle_timeout=2,hard_timeout=4),2",
            "tcp6,in_port=1,idle_timeout=60,hard_timeout=90,actions=fin_timeout(idle_timeout=3),2", "in_port=2,actions=1",
            "priority=1,actions=4"),
        new("tracked", "table=0,idle_timeout=4,ip,actions=ct(table=1)", "table=0,hard_timeout=8,ipv6,actions=ct(table=1)",
            "table=1,idle_timeout=6,ct_state=+new,ip,in_port=1,actions=ct(commit),2", "table=1,idle_timeout=3,ct_state=+est,actions=3",
            "table=1,priority=1,actions=4"),
    ];

    /// <summary>
    /// What is said at the beginning comes again after so many milliseconds each: rules are used, idle and gone at other times for others.
    /// </summary>
    public static IEnumerable<IReadOnlyList<Conversation>> Talks()
    {
        int[][] pauses = [[900, 1_400, 2_600, 4_100], [3_100, 200, 5_100], [500, 500, 500, 500, 2_500, 9_900], [12_000]];
        foreach (var pause in pauses)
            yield return [.. pause.Select((ms, i) => Talk(i).Wait(ms))];
    }

    private static string Learned(string settings) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Learn, settings);

    private static Conversation Talk(int round)
    {
        var talk = new Conversation($"round {round}", new TestPacketKinds(false).Tcp);
        foreach (var v6 in (bool[])[false, true])
        {
            var kinds = new TestPacketKinds(v6);
            talk.From(1, kinds.Udp.Build(), kinds.Tcp.Build());
            if (round % 2 == 0) talk.From(1, (kinds.Udp with { Source = kinds.Other }).Build());
            if (round == 1) talk.From(1, (kinds.Tcp with { Flags = TcpFlags.Fin | TcpFlags.Ack }).Build());
            talk.From(2, kinds.Udp.Answer().Build(), kinds.Tcp.Answer().Build());
        }

        return talk;
    }
}
