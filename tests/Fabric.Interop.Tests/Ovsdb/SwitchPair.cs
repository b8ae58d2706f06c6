namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>Two switches that are given the same commands; what they do differently is collected.</summary>
internal sealed class SwitchPair(SwitchPeer expected, SwitchPeer actual) : IAsyncDisposable
{
    /// <summary>
    /// Statistics and link states are written after a command has been answered, at most 5 s later where the machine has time for it.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    private int _resets;

    /// <summary>Nothing but the one root row. Its counter moves, or a switch that was empty before would not look.</summary>
    private string EmptyRoot => """
        ["Open_vSwitch", {"op":"update","table":"Open_vSwitch","where":[],"row":{"bridges":["set",[]],"manager_options":["set",[]],
         "ssl":["set",[]],"datapaths":["map",[]],"other_config":["map",[]],"external_ids":["map",[]],"next_cfg":NEXT,"cur_cfg":-1}}]
        """.Replace("NEXT", $"{_resets}000", StringComparison.Ordinal);

    /// <summary>What ports refer to cannot go before them.</summary>
    private const string EmptyRest = """
        ["Open_vSwitch", {"op":"delete","table":"QoS","where":[]}, {"op":"delete","table":"Queue","where":[]},
         {"op":"delete","table":"Flow_Sample_Collector_Set","where":[]}]
        """;

    public SwitchPeer Expected => expected;

    public SwitchPeer Actual => actual;

    public async Task ResetAsync()
    {
        _resets++;
        foreach (var peer in new[] { expected, actual })
        {
            await peer.TransactAsync(EmptyRoot);
            await peer.TransactAsync(EmptyRest);
            (await peer.RunAsync("ovs-vsctl", "wait-until", "Open_vSwitch", ".", $"cur_cfg={_resets}000")).Expect(0);
        }
    }

    /// <summary>Runs the group's lines on both and returns each difference as a readable text.</summary>
    /// <param name="program">What stands before each line: a command, or nothing where the lines are whole commands.</param>
    /// <param name="mask">Replaces what may differ in what is printed.</param>
    public async Task<IReadOnlyList<string>> RunAsync(
        CaseFile.Group group, string program, string database = "Open_vSwitch", Func<string, string>? mask = null)
    {
        var differences = new List<string>();
        await using var left = new Operator(expected, program, database);
        await using var right = new Operator(actual, program, database);
        foreach (var line in group.Lines)
        {
            if (line.Text.StartsWith("stop ", StringComparison.Ordinal)) await AgreeAsync(left, right, line.Text[5..]);
            var runs = await Task.WhenAll(left.RunAsync(line), right.RunAsync(line));
            if (mask is not null) runs = [mask(runs[0]), mask(runs[1])];
            if (runs[0] == runs[1]) continue;
            differences.Add($"{program} {line.Text}\n--- {expected.Name}\n{runs[0]}\n--- {actual.Name}\n{runs[1]}");
        }

        if (await CompareDatabasesAsync(database) is { } difference) differences.Add($"the database after [{group.Name}]:\n{difference}");
        return differences;
    }

    public async ValueTask DisposeAsync()
    {
        await expected.DisposeAsync();
        await actual.DisposeAsync();
    }

    private async Task<string?> CompareDatabasesAsync(string database)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var left = (await expected.DumpAsync(database)).Lines();
            var right = (await actual.DumpAsync(database)).Lines();
            if (left.SequenceEqual(right)) return null;
            if (clock.Elapsed > Settling)
                return string.Join('\n', left.Except(right).Select(l => "-" + l).Concat(right.Except(left).Select(l => "+" + l)));
            await Task.Delay(100);
        }
    }

    /// <summary>
    /// What runs beside hears of the last change in its own time: it has heard when both say the same, and that for a while, since before
    /// the change reached either they said the same too.
    /// </summary>
    private static async Task AgreeAsync(Operator left, Operator right, string background)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (last, rounds) = ("", 0);
        while (clock.Elapsed < TimeSpan.FromSeconds(30) && rounds < 6)
        {
            await Task.Delay(50);
            var said = await left.SaidAsync(background);
            rounds = said == last && said == await right.SaidAsync(background) ? rounds + 1 : 0;
            last = said;
        }
    }
}
