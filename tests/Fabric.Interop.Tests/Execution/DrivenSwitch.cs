using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// Debian's ovs-vswitchd, or ours, with dummy devices p1 to p4 at one bridge, its clock stopped so that time passes when a test says so.
/// </summary>
internal sealed partial class DrivenSwitch : IOwnSide, IAsyncDisposable
{
    public const int PortCount = 4;

    private const int PatienceMs = 30_000;

    private readonly ControlledSwitch _switch;
    private readonly ControlSocket _control;
    private readonly PcapTail[] _tails;
    private readonly bool _isOurs;

    private DrivenSwitch(ControlledSwitch stock, bool isOurs)
    {
        (_switch, _isOurs) = (stock, isOurs);
        _control = ControlSocket.Open(stock.Folder);
        _tails = [.. Enumerable.Range(1, PortCount).Select(i => new PcapTail(stock.File($"p{i}.pcap")))];
    }

    public static async Task<DrivenSwitch> StartAsync(bool isOurs = false)
    {
        var stock = await ControlledSwitch.StartAsync(isOurs);
        var ports = Enumerable.Range(1, PortCount).Select(i =>
            $" -- add-port br0 p{i} -- set interface p{i} type=dummy ofport_request={i} options:tx_pcap={stock.File($"p{i}.pcap")}");
        // A real one that is slow to look at its flows when rules have changed else lets those go that few packets meet.
        await stock.ConfigureAsync("set Open_vSwitch . other_config:min-revalidate-pps=0");
        await stock.ConfigureAsync("add-br br0 -- set bridge br0 fail-mode=secure protocols=[OpenFlow10,OpenFlow13,OpenFlow15]"
            + string.Concat(ports));
        var made = new DrivenSwitch(stock, isOurs);
        made._control.Ask("time/stop");
        return made;
    }

    /// <summary>Whatever should have a flow is given one.</summary>
    public int Misses => 0;

    public string Ask(string method, params string[] arguments)
    {
        try
        {
            return _control.Ask(method, arguments);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            var log = File.ReadAllLines(_switch.File("ovs-vswitchd.log"));
            throw new InvalidOperationException($"ovs-vswitchd did not answer {method}:\n{string.Join('\n', log.TakeLast(12))}", e);
        }
    }

    public Task ConfigureAsync(string line) => _switch.ConfigureAsync(line);

    /// <summary>What ovs-ofctl says of the bridge when all statistics have been collected.</summary>
    public async Task<string> TellAsync(string command)
    {
        Ask("revalidator/purge");
        return (await _switch.RunAsync("ovs-ofctl", "-O", "OpenFlow15", command, "br0")).Expect(0).Out;
    }

    /// <summary>All that the tracker remembers.</summary>
    public string Connections() => Ask("dpctl/dump-conntrack", "-m", "-s");

    /// <summary>Replaces all rules, groups and meters.</summary>
    public async Task ProgramAsync(IReadOnlyList<string> meters, IReadOnlyList<string> groups, IReadOnlyList<string> rules)
    {
        await OpenFlowAsync("del-flows", "br0");
        await OpenFlowAsync("del-groups", "br0");
        await OpenFlowAsync("del-meters", "br0");
        foreach (var meter in meters) await OpenFlowAsync("add-meter", "br0", meter);
        foreach (var group in groups) await OpenFlowAsync("add-group", "br0", group);
        var file = _switch.File("rules");
        await File.WriteAllLinesAsync(file, rules);
        // Groups and meters need the new protocol; some actions have no form in it, or none that ovs-ofctl would send.
        if ((await _switch.RunAsync("ovs-ofctl", "-O", "OpenFlow15", "add-flows", "br0", file)).ExitCode == 0) return;
        (await _switch.RunAsync("ovs-ofctl", "-O", "OpenFlow10", "add-flows", "br0", file)).Expect(0);
    }

    /// <summary>No connection or datapath flow is left of an earlier case; fragments may be, there and here.</summary>
    public void Forget()
    {
        Ask("dpctl/flush-conntrack");
        Ask("revalidator/purge");
    }

    public void Receive(int port, byte[] frame)
    {
        if (_isOurs)
        {
            Ask("netdev-dummy/receive", $"p{port}", Convert.ToHexString(frame));
            return;
        }

        var before = Lookups();
        Ask("netdev-dummy/receive", $"p{port}", Convert.ToHexString(frame));
        // The frame waits in the device until the daemon's main loop comes round.
        for (var i = 0; Lookups() == before; i++) Invariant.Check(i < 10_000, "the frame is looked up");
    }

    public void Warp(int ms)
    {
        // What has been counted is known before, which else depends on when the real one's revalidators wake.
        Ask("revalidator/purge");
        Ask("time/warp", ms.ToString(CultureInfo.InvariantCulture));
        Ask("version");
        // A warp wakes its thread that forgets connections; until that has been round, translated ones are half there.
        if (_isOurs) return;
        var clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < PatienceMs && KnownCount() != Connections().AsSpan().Count('\n')) Thread.Yield();
    }

    /// <summary>It finds everything out by itself.</summary>
    public void Learn(DrivenSwitch stock)
    {
    }

    /// <summary>What is too old has left when this returns.</summary>
    public void Sweep() => Ask("revalidator/wait");

    public IEnumerable<string> Flows() =>
        Ask("dpctl/dump-flows", "--no-names").Split('\n').Where(l => l.Contains("actions:", StringComparison.Ordinal));

    public IReadOnlyList<(int Port, byte[] Frame)> TakeSent() =>
        [.. _tails.SelectMany((tail, i) => tail.Read().Select(frame => (i + 1, frame)))];

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _switch.DisposeAsync();
    }

    private async Task OpenFlowAsync(params string[] words) =>
        (await _switch.RunAsync("ovs-ofctl", ["-O", "OpenFlow15", .. words])).Expect(0);

    private int KnownCount() => int.Parse(Ask("dpctl/ct-get-nconns"), CultureInfo.InvariantCulture);

    private long Lookups()
    {
        var counters = LookupLine().Match(Ask("dpctl/show"));
        return long.Parse(counters.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            + long.Parse(counters.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"lookups: hit:(\d+) missed:(\d+)")]
    private static partial Regex LookupLine();
}
