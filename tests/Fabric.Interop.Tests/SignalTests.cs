namespace Fabric.Interop.Tests;

public class SignalTests
{
    private const int Subnet = 213;

    /// <summary>What takes a second or two takes longer on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Two lives on one data folder: the second resumes the first one's journal.</summary>
    [Fact]
    public async Task Up_stops_cleanly_at_SIGTERM_and_at_Ctrl_C_and_a_running_capture_keeps_a_whole_file()
    {
        await using var fabric = new RunningFabric(RunningFabric.Quickstart(Subnet));
        foreach (var signal in new[] { Tool.Terminate, Tool.Interrupt })
        {
            await using var up = fabric.StartUp("--no-validate");
            await up.UntilSaysAsync("is ready");
            var file = Path.Combine(fabric.Folder, $"{signal}.pcapng");
            await using var capture = fabric.Start("capture", "server-1:phy0", "-w", file);
            await capture.UntilSaysAsync("capturing at");
            await fabric.PingAsync("web-1", "web-2", 3, "-i", "10ms");
            await Shark.UntilHoldsAsync(file, "icmp", 6);
            (await up.StopAsync(signal, Limit)).Expect(0);
            (await capture.EndAsync(Limit)).Expect(4);
            await Shark.AssertSoundAsync(file);
            Assert.Equal(6, (await Shark.ReadAsync(file, "icmp", "icmp.seq")).Count);
            Assert.Equal((0, 0), (fabric.Pid, Sockets.CountUdp($"127.{Subnet}.")));
        }
    }
}
