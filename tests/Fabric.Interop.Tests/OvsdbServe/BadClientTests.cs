using System.Diagnostics;
using System.Text;

namespace Fabric.Interop.Tests;

/// <summary>Clients that do harm, on purpose or not: others are served as if they were not there.</summary>
public sealed class BadClientTests : IAsyncLifetime
{
    private readonly DatabaseServer _server = new(
        """{"name":"Bad","version":"1.0.0","tables":{"T":{"columns":{"text":{"type":"string"}},"isRoot":true}}}""");

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Clients_that_send_a_byte_now_and_then_keep_nobody_waiting()
    {
        var slow = Enumerable.Range(0, 200).Select(_ => RpcClient.Unix(_server.Socket)).ToList();
        try
        {
            foreach (var b in """{"id":1,"method":"ec""")
            {
                foreach (var client in slow) await client.SendAsync(b.ToString());
                await AssertServedAsync();
            }

            foreach (var client in slow) await client.SendAsync("ho\",\"params\":[1]}");
            foreach (var client in slow) Assert.Equal(1, (await client.NextAsync())!.Value.GetProperty("id").GetInt32());
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_and_nobody_else_notices()
    {
        using var deaf = RpcClient.Unix(_server.Socket);
        await deaf.SendAsync("""{"id":1,"method":"monitor","params":["Bad","m",{"T":{}}]}""");
        using var writer = RpcClient.Unix(_server.Socket);
        var text = new string('x', 1 << 20);
        for (var i = 0; i < 40; i++)
        {
            var reply = await writer.CallAsync(
                $$$"""
                {"id":{{{i}}},"method":"transact","params":["Bad",{"op":"delete","table":"T","where":[]},
                {"op":"insert","table":"T","row":{"text":"{{{text}}}"}}]}
                """);
            Assert.Equal(2, reply.GetProperty("result").GetArrayLength());
        }

        // What the kernel had taken for it still comes, then the end.
        var clock = Stopwatch.StartNew();
        while (await deaf.NextAsync() is not null) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "it is never closed");
        await AssertServedAsync();
    }

    [Fact]
    public async Task A_text_of_a_gigabyte_is_refused_before_it_is_kept()
    {
        using var client = RpcClient.Unix(_server.Socket);
        await client.SendAsync("{\"id\":1,\"method\":\"transact\",\"params\":[\"");
        var chunk = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
        var sent = 0L;
        try
        {
            for (; sent < 1L << 30; sent += chunk.Length) await client.Socket.SendAsync(chunk);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Closed.
        }

        Assert.InRange(sent, 0, 64L << 20);
        var status = await File.ReadAllLinesAsync($"/proc/{_server.Id}/status");
        var line = status.Single(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
        var peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(peak < 400 << 10, $"the server took {peak} kB");
        await AssertServedAsync();
    }

    private async Task AssertServedAsync()
    {
        using var client = RpcClient.Unix(_server.Socket);
        await client.SendAsync("""{"id":7,"method":"echo","params":[]}""");
        var reply = await client.NextAsync();
        Assert.Equal(7, reply!.Value.GetProperty("id").GetInt32());
    }
}
