using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Fabric.Agent;

namespace Fabric.Actors.Tests;

/// <summary>A control socket with real clients, before a daemon that repeats what it is asked.</summary>
public sealed class UnixctlActorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-ctl-").FullName;
    private readonly ActorSystem _system = ActorSystem.Create("ctl", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly UnixctlSettings _settings;

    public UnixctlActorTests()
    {
        var echo = _system.ActorOf(Props.Create(() => new Echo()));
        _settings = new UnixctlSettings(_folder, "ovs-vswitchd", echo);
    }

    public void Dispose()
    {
        _system.Terminate().Wait(TimeSpan.FromSeconds(30));
        _system.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Several_clients_are_answered_each_in_its_order()
    {
        await StartAsync();
        using var one = Connect();
        using var other = Connect();
        await SendAsync(one, Request(1, "a", "x") + Request(2, "b"));
        await SendAsync(other, Request(1, "c"));
        Assert.Equal("""{"id":1,"result":"c()\n","error":null}""", await ReadAsync(other, 1));
        Assert.Equal("""{"id":1,"result":"a(x)\n","error":null}{"id":2,"result":"b()\n","error":null}""", await ReadAsync(one, 2));
    }

    [Fact]
    public async Task A_client_that_talks_nonsense_is_cut_off_and_others_are_not()
    {
        await StartAsync();
        using var good = Connect();
        using var bad = Connect();
        await SendAsync(bad, Request(1, "a") + "[]");
        Assert.Equal("""{"id":1,"result":"a()\n","error":null}""", await ReadAsync(bad, 2));
        await SendAsync(good, Request(3, "b"));
        Assert.Equal("""{"id":3,"result":"b()\n","error":null}""", await ReadAsync(good, 1));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_not_answered_without_end()
    {
        await StartAsync();
        using var deaf = Connect();
        deaf.Blocking = false;
        var many = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Request(1, "long", new string('x', 100_000)), 4)));
        long taken = 0;
        for (var round = 0; round < 200; round++)
        {
            try
            {
                // A request cut short goes on where it was cut.
                taken += deaf.Send(many.AsSpan((int)(taken % many.Length)));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                using var other = Connect();
                await SendAsync(other, Request(1, "a"));
                Assert.NotEmpty(await ReadAsync(other, 1));
            }
        }

        Assert.True(taken < 16L * many.Length, $"{taken} bytes of requests were taken from a client that reads nothing");
    }

    [Fact]
    public async Task Socket_and_pid_file_are_made_over_stale_ones_and_removed_at_the_end()
    {
        File.WriteAllText(Path.Combine(_folder, "ovs-vswitchd.1.ctl"), "");
        File.WriteAllText(Path.Combine(_folder, "ovs-vswitchd.pid"), "1\n");
        var control = await StartAsync();
        Assert.Equal(["ovs-vswitchd.pid", $"ovs-vswitchd.{Environment.ProcessId}.ctl"],
            Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(Path.Combine(_folder, "ovs-vswitchd.pid")));
        Assert.True(await control.GracefulStop(TimeSpan.FromSeconds(30)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private async Task<IActorRef> StartAsync()
    {
        var control = _system.ActorOf(UnixctlActor.Props(_settings));
        await control.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(30));
        return control;
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_settings.SocketPath));
        return socket;
    }

    private static string Request(int id, string method, params string[] arguments) =>
        $$"""{"id":{{id}},"method":"{{method}}","params":[{{string.Join(',', arguments.Select(a => $"\"{a}\""))}}]}""";

    private static async Task SendAsync(Socket socket, string text) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None);

    /// <summary>Reads so many answers, or what comes before the end.</summary>
    private static async Task<string> ReadAsync(Socket socket, int answers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (text, buffer) = ("", new byte[65536]);
        while (text.Split("\"error\":null}").Length <= answers)
        {
            var size = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, patience.Token);
            if (size == 0) break;
            text += Encoding.UTF8.GetString(buffer, 0, size);
        }

        return text;
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<RunUnixctl>(command => Sender.Tell(new UnixctlAnswer(
            command.Cookie, UnixctlReply.Ok($"{command.Method}({string.Join(',', command.Arguments)})"))));
    }
}
