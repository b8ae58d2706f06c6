using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Conversations;

namespace Fabric.Interop.Tests;

/// <summary>
/// Interfaces that speak BFD to each other, in Debian's ovs-vswitchd and in Fabric's: patch ports between two bridges, and settings that
/// come and go while the clock moves when the test says so. Both must say the same of every session, and choose the same way by it.
/// </summary>
public sealed partial class BfdDifferentialTests
{
    private const int StepMs = 200;

    /// <summary>Answers, each a turn of the daemon's main loop, that a session may take for what is due.</summary>
    private const int MostLooks = 500;

    /// <summary>Each with the time that passes afterwards: enough for sessions to notice, to agree, and to finish polls.</summary>
    private static readonly (string Line, int Ms)[] Steps =
    [
        ("set interface left bfd:enable=true -- set interface right bfd:enable=true", 5_000),
        ("set interface left bfd:min_rx=200 bfd:min_tx=300", 4_000),
        ("set interface right bfd:min_rx=500 bfd:mult=7", 5_000),
        ("set interface left bfd:cpath_down=true", 3_000),
        ("set interface left bfd:cpath_down=false", 3_000),
        ("set interface right bfd:enable=false", 7_000),
        ("set interface right bfd:enable=true", 6_000),
        ("set interface left bfd:bfd_remote_dst_mac=00:23:20:00:00:98", 7_000),
        ("set interface right bfd:bfd_local_dst_mac=00:23:20:00:00:98", 6_000),
        ("set interface left bfd:bfd_src_ip=10.9.9.1 -- set interface right bfd:bfd_dst_ip=10.9.9.2", 7_000),
        ("set interface right bfd:bfd_dst_ip=10.9.9.1", 6_000),
        ("clear interface left bfd", 7_000),
    ];

    private readonly ExecutionComparison _comparison = new();

    [Fact]
    public async Task Sessions_say_the_same_and_groups_choose_the_same_way()
    {
        await using var pair = await SwitchesAlike.StartAsync();
        await pair.ConfigureAsync("add-br br1 -- set bridge br1 fail-mode=secure"
            + " -- add-port br1 right -- set interface right type=patch options:peer=left ofport_request=11"
            + " -- add-port br0 left -- set interface left type=patch options:peer=right ofport_request=10");
        await pair.ProgramAsync(new RuleSet("failover", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=ff,bucket=watch_port:10,actions=output:2,bucket=watch_port:3,actions=output:3"],
        });
        foreach (var (line, ms) in Steps)
        {
            await pair.ConfigureAsync(line);
            foreach (var one in (DrivenSwitch[])[pair.Stock, pair.Own]) Pass(one, ms);
            foreach (var name in (string[])["left", "right"])
                _comparison.CompareTexts($"{line}: {name}", Session(pair.Stock, name), Session(pair.Own, name));
            _comparison.Compare(pair.Stock, pair.Own, line, new Conversation("one frame", new TestPacket()).Client(p => p));
        }

        _comparison.Report(least: 3 * Steps.Length);
    }

    /// <summary>
    /// Time passes step by step. The real one's sessions have a thread of their own, so each step waits until what is due has been done;
    /// not for ever, for when the other end's wish brings a packet forward, that thread still sleeps as long as it meant to.
    /// </summary>
    private static void Pass(DrivenSwitch one, int ms)
    {
        for (var leftMs = ms; leftMs > 0; leftMs -= StepMs)
        {
            one.Ask("time/warp", StepMs.ToString(CultureInfo.InvariantCulture));
            var said = one.Ask("bfd/show");
            for (var i = 0; i < MostLooks && IsBusy(said); i++)
            {
                Thread.Yield();
                said = one.Ask("bfd/show");
            }
        }

        // Main loops have been round, and the flows follow.
        one.Ask("version");
        one.Sweep();
    }

    /// <summary>A packet is due, or an answer, or the end of a session that hears nothing.</summary>
    private static bool IsBusy(string sessions) => Due().IsMatch(sessions) || sessions.Split("---- ", StringSplitOptions.RemoveEmptyEntries)
        .Any(s => Expired().IsMatch(s) && Established().IsMatch(s));

    /// <summary>Without what differs from run to run: times, which jitter, and numbers drawn at random.</summary>
    private static string Session(DrivenSwitch one, string name) => string.Join('\n', one.Ask("bfd/show", name).Split('\n').Where(line =>
        !line.Contains("Time:", StringComparison.Ordinal) && !line.Contains("Discriminator", StringComparison.Ordinal)));

    [GeneratedRegex(@"Next TX Time: now (-|\+0ms)|Local Flags:.*final")]
    private static partial Regex Due();

    [GeneratedRegex(@"Detect Time: now (-|\+0ms)")]
    private static partial Regex Expired();

    [GeneratedRegex("Local Session State: (init|up)")]
    private static partial Regex Established();
}
