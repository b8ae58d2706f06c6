using System.Diagnostics;
using System.Globalization;

namespace Fabric.Bench;

/// <summary>
/// The peer of P4: Open vSwitch's user-space datapath between two veth pairs in a network namespace of its own. A process there sends on
/// the one end as fast as it can, and the frames that arrive at the other are counted.
/// </summary>
internal sealed class VethSwitch : IPeer
{
    private static int s_count;

    private readonly string _space = $"fabric-bench-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
    private readonly StockSwitch? _switch;
    private readonly Process? _sender;
    private readonly double _seconds;

    private VethSwitch(int flowCount, double scale)
    {
        _seconds = scale;
        try
        {
            Ip("netns", "add", _space);
            foreach (var side in (string[])["a", "b"])
            {
                Ip("-n", _space, "link", "add", side + "0", "type", "veth", "peer", "name", side + "1");
                Ip("-n", _space, "link", "set", side + "0", "up");
                Ip("-n", _space, "link", "set", side + "1", "up");
            }

            string[] inside = ["ip", "netns", "exec", _space];
            _switch = new StockSwitch(StockSwitch.Plain, [], ["--disable-system"], inside);
            _switch.Configure(
                "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure",
                "--", "add-port", "br0", "a1", "--", "set", "interface", "a1", "ofport_request=1",
                "--", "add-port", "br0", "b1", "--", "set", "interface", "b1", "ofport_request=2");
            _switch.OpenFlow("add-flow", "br0", "in_port=1,udp,nw_dst=10.1.0.2,actions=output:2");
            string[] words = [.. inside, .. BenchParts.Program, "bench", BenchParts.Option, PacketSender.Part, "a0", "b0", Text(flowCount)];
            _sender = Process.Start(
                new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            if (_sender.StandardOutput.ReadLine() != "ready") throw new PeerException("the sender does not start");
            _switch.Pause();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string? Note => null;

    public static PeerSource Peer(int flowCount) => new(
        "OVS netdev, veth",
        Installed.WhyNotRoot ?? Installed.WhyMissing("openvswitch-switch", StockSwitch.Plain)
            ?? Installed.WhyMissing("iproute2", "/usr/bin/ip"),
        scale => new VethSwitch(flowCount, scale));

    public double Round()
    {
        _switch!.Resume();
        _sender!.StandardInput.WriteLine(_seconds.ToString(CultureInfo.InvariantCulture));
        var rate = double.Parse(_sender.StandardOutput.ReadLine() ?? "0", CultureInfo.InvariantCulture);
        _switch.Pause();
        return rate > 0 ? rate / 1e3 : throw new PeerException("no frame came through");
    }

    public void Dispose()
    {
        _switch?.Dispose();
        if (_sender is not null)
        {
            _sender.StandardInput.Close();
            _sender.WaitForExit();
            _sender.Dispose();
        }

        Ip("netns", "del", _space);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Ip(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new PeerException($"ip {string.Join(' ', words)}: {error.Trim()}");
    }
}
