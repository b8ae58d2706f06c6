using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests;

/// <summary>Two daemons, the real one and ours, that are told the same.</summary>
internal sealed partial class SwitchesAlike : IAsyncDisposable
{
    private SwitchesAlike(DrivenSwitch stock, DrivenSwitch own) => (Stock, Own) = (stock, own);

    public DrivenSwitch Stock { get; }

    public DrivenSwitch Own { get; }

    public static async Task<SwitchesAlike> StartAsync()
    {
        var stock = await DrivenSwitch.StartAsync();
        try
        {
            var made = new SwitchesAlike(stock, await DrivenSwitch.StartAsync(isOurs: true));
            // The real one's sweeps wait in real time, also when its time stands still.
            await made.ConfigureAsync("set Open_vSwitch . other_config:max-revalidator=100");
            return made;
        }
        catch
        {
            await stock.DisposeAsync();
            throw;
        }
    }

    public Task ConfigureAsync(string line) => Task.WhenAll(Stock.ConfigureAsync(line), Own.ConfigureAsync(line));

    public Task ProgramAsync(RuleSet rules) => Task.WhenAll(
        Stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules), Own.ProgramAsync(rules.Meters, rules.Groups, rules.Rules));

    /// <summary>Asks both with ovs-ofctl, one command after the other.</summary>
    public async Task CompareAsync(ExecutionComparison comparison, string name, params string[] commands)
    {
        foreach (var one in (DrivenSwitch[])[Stock, Own]) one.Sweep();
        foreach (var command in commands)
        {
            var said = await Task.WhenAll(Stock.TellAsync(command), Own.TellAsync(command));
            comparison.CompareTexts($"{name}: {command}", Plain(said[0]), Plain(said[1]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stock.DisposeAsync();
        await Own.DisposeAsync();
    }

    /// <summary>Without numbers of requests, and since when ports are there: they were made while time still passed.</summary>
    private static string Plain(string text) => PortAge().Replace(RequestNumber().Replace(text, ""), "");

    [GeneratedRegex(@" \(xid=0x[0-9a-f]+\)")]
    private static partial Regex RequestNumber();

    [GeneratedRegex(@"(?m)^ +duration=[\d.]+s$")]
    private static partial Regex PortAge();
}
