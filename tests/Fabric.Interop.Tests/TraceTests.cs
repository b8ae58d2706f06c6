using System.Text.Json;

namespace Fabric.Interop.Tests;

[Collection(QuickstartCollection.Name)]
public class TraceTests(QuickstartFabric quickstart)
{
    [Fact]
    public async Task A_traced_frame_shows_its_whole_way_on_both_servers()
    {
        var trace = await quickstart.Fabric.JsonAsync("trace", "web-1", "icmp,nw_dst=10.1.0.2");
        Assert.True(trace.GetProperty("delivered").GetBoolean());
        Assert.Contains("web-2", trace.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        var steps = Steps(trace);
        string[] way =
        [
            "web-1: sent", "server-1/nic L1: lookup", ": entunnel", "server-1/phy0: sent", "server-2/phy0: received", ": detunnel",
            "server-2/nic L1: lookup", ": output vf0", "web-2: delivered",
        ];
        var at = -1;
        foreach (var part in way)
        {
            at = steps.FindIndex(at + 1, step => step.Contains(part, StringComparison.Ordinal));
            Assert.True(at >= 0, $"no step at {part} in its order:\n{string.Join('\n', steps)}");
        }
    }

    [Fact]
    public async Task A_frame_with_anothers_address_is_seen_to_end_at_the_spoof_guard()
    {
        var before = await DeliveredAsync();
        var trace = await quickstart.Fabric.JsonAsync("trace", "web-1", "icmp,dl_src=02:00:00:00:00:99,nw_dst=10.1.0.2");
        Assert.False(trace.GetProperty("delivered").GetBoolean());
        var outcome = trace.GetProperty("outcome").GetString()!;
        Assert.Contains("dropped", outcome, StringComparison.Ordinal);
        Assert.Contains("Policy", outcome, StringComparison.Ordinal);
        Assert.Contains("server-1", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain(Steps(trace), step => step.Contains("phy0", StringComparison.Ordinal));
        Assert.Equal(before, await DeliveredAsync());
    }

    [Theory]
    [InlineData("icmp,nw_dst=10.1.0.300", "10.1.0.300")]
    [InlineData("icmp,colour=red", "colour")]
    [InlineData("", "flow")]
    public async Task A_flow_that_cannot_be_read_is_one_line(string flow, string word) =>
        (await quickstart.Fabric.RunAsync("trace", "web-1", flow)).ExpectOneLine(2, word);

    [Fact]
    public async Task A_vm_that_does_not_exist_is_one_line() =>
        (await quickstart.Fabric.RunAsync("trace", "web-99", "icmp,nw_dst=10.1.0.2")).ExpectOneLine(2, "web-99");

    private async Task<long> DeliveredAsync()
    {
        var vms = await quickstart.Fabric.JsonAsync("inspect", "vms");
        return vms.EnumerateArray().Single(vm => vm.GetProperty("name").GetString() == "web-2").GetProperty("rxFrames").GetInt64();
    }

    private static List<string> Steps(JsonElement trace) =>
    [
        .. trace.GetProperty("steps").EnumerateArray().Select(s =>
            $"{s.GetProperty("where").GetString()}: {s.GetProperty("what").GetString()} {s.GetProperty("detail").GetString()}"),
    ];
}
