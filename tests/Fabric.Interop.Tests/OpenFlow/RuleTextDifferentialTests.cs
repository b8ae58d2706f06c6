using Fabric.OpenFlow;
using Fabric.OpenFlow.Tests;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// Rules, groups and meters through <c>ovs-ofctl</c>'s parsers and through ours: read and printed alike, or refused by both. Its answer
/// went over the wire, where an action may have another spelling in OpenFlow 1.0 than in 1.5; one of the two must be ours. The file names
/// each rule that differs, and why; one that is named and does not differ fails too.
/// </summary>
public class RuleTextDifferentialTests
{
    private static readonly string[][] Protocols = [[], ["-O", "OpenFlow15", "-F", "OXM-OpenFlow15"]];

    [Fact]
    public async Task Rules_are_read_and_printed_as_ovs_ofctl_does()
    {
        var cases = Cases("rules.txt");
        var expected = await AskAsync([.. cases.Select(c => c.Line)], "parse-flow");
        var differences = new List<string>();
        for (var i = 0; i < cases.Count; i++)
        {
            var (line, known) = cases[i];
            var ours = RuleText.TryParse(line, NoOpenFlowPorts.Instance, out var mod, out var error) ? Forms(mod) : [null];
            var isEqual = ours.Any(o => expected[i].Contains(o));
            if (isEqual == (known is null)) continue;
            differences.Add($"{line}\n  OVS:  {string.Join("\n        ", expected[i].Distinct())}\n  ours: {ours[0] ?? error}"
                + (known is null ? "" : "\n  listed as different"));
        }

        Assert.True(cases.Count >= 700, $"{cases.Count} rules");
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} differ\n{string.Join("\n", differences)}");
    }

    [Theory]
    [InlineData("group_id=1,type=all,bucket=actions=output:1,bucket=actions=output:2")]
    [InlineData("group_id=5,type=select,bucket=weight:3,actions=1,bucket=weight:0,actions=2")]
    [InlineData("group_id=5,type=select,bucket=bucket_id:7,actions=1,bucket=actions=2,bucket=bucket_id:0,actions=3")]
    [InlineData("group_id=5,type=ff,bucket=watch_port:3,actions=1,bucket=watch_group:4,actions=2")]
    [InlineData("group_id=5,type=fast_failover,bucket=watch_port:3,actions=1")]
    [InlineData("group_id=5,type=ff,bucket=actions=1")]
    [InlineData("group_id=5,type=indirect,bucket=output:1,set_field:1->reg0")]
    [InlineData("group_id=5,type=indirect,bucket=actions=1,bucket=actions=2")]
    [InlineData("group_id=5,bucket=actions=1")]
    [InlineData("type=all,bucket=actions=1")]
    [InlineData("group_id=4294967040,type=all")]
    [InlineData("group_id=4294967041,type=all")]
    [InlineData("group_id=5,type=foo")]
    [InlineData("group_id=5,type=all,bucket=weight:1,actions=1")]
    [InlineData("group_id=5,type=all,bucket=weight:1")]
    [InlineData("group_id=5,type=select,selection_method=dp_hash,selection_method_param=9,bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=hash,fields=ip_src,bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=hash,fields(ip_src,ip_dst=255.255.0.0,tcp_src,udp_src),bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=hash,fields(eth_dst,ip_dst,eth_src),bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=hash,fields(ip_src,ip_src),bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=hash,fields(foo),bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=dp_hash,fields(ip_src),bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method_param=9,bucket=actions=1")]
    [InlineData("group_id=5,type=select,selection_method=0123456789abcdef,bucket=actions=1")]
    [InlineData("group_id=5,type=select,bucket=watch_port:LOCAL,actions=1")]
    [InlineData("group_id=5,type=select,bucket=bucket_id:4294967041,actions=1")]
    [InlineData("group_id=5,type=select,command_bucket_id=3,bucket=actions=1")]
    [InlineData("group_id=5,type=all,foo=1")]
    [InlineData("group_id=5,type=all,bucket=ct(commit),resubmit(,4),group:9")]
    public async Task Groups_are_read_and_printed_as_ovs_ofctl_does(string line)
    {
        var run = await Tool.RunAsync("ovs-ofctl", "-O", "OpenFlow15", "parse-group", line);
        var isRefused = run.ExitCode != 0 || run.Out.Contains("***", StringComparison.Ordinal);
        var expected = isRefused ? null : run.Lines[^1].TrimEnd();
        var ours = GroupText.TryParse(line, GroupCommand.Add, NoOpenFlowPorts.Instance, out var group, out _)
            ? GroupText.Format(group, NoOpenFlowPorts.Instance) : null;
        Assert.Equal(expected, ours);
    }

    /// <summary>What a rule is once written, and once it went over the wire of OpenFlow 1.0 or 1.5.</summary>
    private static string?[] Forms(FlowMod mod)
    {
        var forms = new List<string?> { FlowModWords.Of(mod) };
        foreach (var version in (ReadOnlySpan<OpenFlowVersion>)[OpenFlowVersion.V10, OpenFlowVersion.V15])
        {
            if (version == OpenFlowVersion.V10
                && mod.Actions.Any(a => a is EncapEthernetAction or DecapAction or ApplyMeterAction)) continue;
            if (ActionCheck.Check(mod.Actions, mod.Match, version) != OpenFlowError.None) continue;
            var writer = new WireWriter();
            InstructionCodec.Write(mod.Actions, version, writer, mod.Match);
            forms.Add(InstructionCodec.TryRead(writer.Written, version, TunnelOptionMap.Empty, out var actions, out _)
                ? FlowModWords.Of(mod with { Actions = actions }) : null);
        }

        return [.. forms];
    }

    /// <summary>Per line what each protocol prints, null where it refuses.</summary>
    private static async Task<string?[][]> AskAsync(string[] lines, string command)
    {
        var answers = new string?[lines.Length][];
        await Parallel.ForAsync(0, lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            answers[i] = new string?[Protocols.Length];
            for (var p = 0; p < Protocols.Length; p++)
            {
                var run = await Tool.RunAsync("ovs-ofctl", [.. Protocols[p], command, lines[i]]);
                answers[i][p] = Body(run);
            }
        });
        return answers;
    }

    private static string? Body(ToolRun run)
    {
        if (run.ExitCode != 0 || run.Out.Contains("***", StringComparison.Ordinal)) return null;
        var line = run.Lines[^1];
        return line[(line.IndexOf("): ADD ", StringComparison.Ordinal) + 7)..];
    }

    /// <summary>A line, and the reason why it may differ when the next one is <c>! reason</c>.</summary>
    private static List<(string Line, string? Known)> Cases(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "OpenFlow", "Data", file)).Where(l => l.Length > 0).ToArray();
        var cases = new List<(string, string?)>();
        for (var i = 0; i < lines.Length; i++)
            if (lines[i][0] != '!') cases.Add((lines[i], i + 1 < lines.Length && lines[i + 1][0] == '!' ? lines[i + 1] : null));
        return cases;
    }
}
