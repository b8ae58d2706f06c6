using System.Text;
using System.Text.Json;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Debian's ovs-vswitchd or Fabric's, started as an operator starts it: rules by <c>ovs-ofctl</c> in one bundle, traces over one
/// connection to the control socket.
/// </summary>
internal sealed class StockTracedSwitch : ITracedSwitch
{
    private const int BatchSize = 50;

    /// <summary>What <c>ovs-ofctl</c> says of a switch that is gone.</summary>
    private static readonly string[] EndedWords = ["reset by peer", "refused", "closed", "Broken pipe", "End of file"];

    private readonly ControlledSwitch _switch;
    private readonly RpcClient _control;
    private bool _hasMeters;
    private bool _hasOptions;
    private int _id;
    private RuleSet? _loaded;

    private StockTracedSwitch(ControlledSwitch made, RpcClient control) => (_switch, _control) = (made, control);

    public static async Task<StockTracedSwitch> StartAsync(bool isOurs = false)
    {
        var made = await ControlledSwitch.StartAsync(isOurs);
        try
        {
            foreach (var line in TraceWorld.Configuration) await made.ConfigureAsync(line);
            var control = RpcClient.Unix(Directory.GetFiles(made.Folder, "ovs-vswitchd.*.ctl").Single());
            var started = new StockTracedSwitch(made, control);
            // So that tunnels are ports of the datapath, as with a Linux kernel.
            await started.CallAsync("dpif/set-dp-features", "br0", "tnl_push_pop", "false");
            return started;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public async Task LoadAsync(RuleSet rules)
    {
        foreach (var words in (_loaded?.Addresses ?? []).Select(a => a.Split(' '))) await CallAsync("fdb/del", "br0", words[1], words[2]);
        _loaded = rules;
        var file = _switch.File("bundle.txt");
        await File.WriteAllLinesAsync(file,
            [.. rules.Groups.Select(g => $"group add {g}"), .. rules.Rules.Select(r => $"flow add {r}")]);
        // Apart from what follows: tables that still hold deleted rules un-wildcard more.
        await ControlAsync("-O", "OpenFlow15", "del-groups", "br0");
        await ControlAsync("del-flows", "br0");
        if (_hasOptions || rules.Options.Count > 0)
        {
            await ControlAsync("del-tlv-map", "br0");
            foreach (var option in rules.Options) await ControlAsync("add-tlv-map", "br0", option);
        }

        if (_hasMeters || rules.Meters.Count > 0)
        {
            await ControlAsync("-O", "OpenFlow15", "del-meters", "br0");
            foreach (var meter in rules.Meters) await ControlAsync("-O", "OpenFlow15", "add-meter", "br0", meter);
        }

        (_hasMeters, _hasOptions) = (rules.Meters.Count > 0, rules.Options.Count > 0);
        await ControlAsync("-O", "OpenFlow15", "bundle", "br0", file);
        await CallAsync("fdb/flush", "br0");
        foreach (var words in rules.Addresses.Select(a => a.Split(' '))) await CallAsync("fdb/add", ["br0", .. words]);
    }

    public async Task<List<TraceAnswer>> TraceAsync(IReadOnlyList<TracedPacket> packets)
    {
        var answers = new List<TraceAnswer>();
        foreach (var batch in packets.Chunk(BatchSize))
        {
            var text = new StringBuilder();
            foreach (var packet in batch) text.Append(Request("ofproto/trace", ["br0", packet.Flow, .. packet.Options]));
            await _control.SendAsync(text.ToString());
            foreach (var packet in batch)
            {
                var reply = await _control.NextAsync();
                if (reply is null) throw new SwitchEndedException($"rules {_loaded}\n? {packet.Flow}");
                answers.Add(new TraceAnswer(Text(reply.Value)));
            }
        }

        return answers;
    }

    /// <summary>What a switch that is gone has last written to its log.</summary>
    public string LastWords() => string.Join("\n", File.ReadLines(_switch.File("ovs-vswitchd.log")).TakeLast(3));

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _switch.DisposeAsync();
    }

    private async Task ControlAsync(params string[] arguments)
    {
        var run = await _switch.RunAsync("ovs-ofctl", ["-vconsole:off", .. arguments]);
        if (EndedWords.Any(w => run.Error.Contains(w, StringComparison.Ordinal)))
            throw new SwitchEndedException($"{run.Error} at {string.Join(' ', arguments)}");
        Assert.True(run.ExitCode == 0, $"{run.Out}{run.Error}\nrules {_loaded}");
    }

    private async Task CallAsync(string method, params string[] arguments)
    {
        await _control.SendAsync(Request(method, arguments));
        var reply = await NextAsync();
        Assert.True(reply.GetProperty("error").ValueKind == JsonValueKind.Null, $"{method}: {reply}");
    }

    private async Task<JsonElement> NextAsync() =>
        await _control.NextAsync() ?? throw new SwitchEndedException("it closed its control socket");

    private string Request(string method, string[] arguments) =>
        JsonSerializer.Serialize(new { id = ++_id, method, @params = arguments });

    private static string Text(JsonElement reply)
    {
        var error = reply.GetProperty("error");
        return (error.ValueKind == JsonValueKind.Null ? reply.GetProperty("result") : error).GetString() ?? "";
    }
}
