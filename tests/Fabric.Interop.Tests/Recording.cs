using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fabric.Interop.Tests;

/// <summary>
/// What tshark sees at an interface. A datagram of the test's own ends it: packets are written in their order, so once that one is in the
/// file, so is all that was sent before.
/// </summary>
internal sealed class Recording : IAsyncDisposable
{
    /// <summary>"Discard": whoever gets it there has no use for it, and no dissector takes it for anything.</summary>
    private const int LastPort = 9;

    private static readonly byte[] LastWord = "that was all of it"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Tool _tshark;
    private readonly string _file;
    private readonly IPEndPoint _last;

    private Recording(Tool tshark, string file, string last) =>
        (_tshark, _file, _last) = (tshark, file, new IPEndPoint(IPAddress.Parse(last), LastPort));

    /// <summary>Returns when everything that passes the filter is recorded.</summary>
    /// <param name="file">That does not exist.</param>
    /// <param name="beyond">An address to which this machine sends through the interface.</param>
    public static async Task<Recording> StartAsync(string device, string filter, string file, string beyond)
    {
        var tool = Tool.Start(
            "tshark", "-i", device, "-n", "-q", "-f", $"({filter}) or (udp dst port {LastPort} and dst host {beyond})", "-w", file);
        // It makes the file when its filter is in place, and not before (capture_loop_start in Wireshark's dumpcap.c).
        await UntilAsync(() => File.Exists(file) || tool.HasExited, () => $"tshark makes no file\n{tool.Said}");
        return new Recording(tool, file, beyond);
    }

    /// <summary>Ends it with all that was sent until now in its file.</summary>
    public async Task EndAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await UntilAsync(
            () =>
            {
                socket.SendTo(LastWord, _last);
                return File.ReadAllBytes(_file).AsSpan().IndexOf(LastWord) >= 0;
            },
            () => $"tshark does not see the last packet\n{_tshark.Said}");
        (await _tshark.StopAsync()).Expect(0);
    }

    public ValueTask DisposeAsync() => _tshark.DisposeAsync();

    private static async Task UntilAsync(Func<bool> isReached, Func<string> otherwise)
    {
        for (var clock = Stopwatch.StartNew(); !isReached(); await Task.Delay(50)) Assert.True(clock.Elapsed < Patience, otherwise());
    }
}
