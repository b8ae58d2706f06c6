namespace Fabric.Actors.Tests;

/// <summary>Connection methods as ovsdb(7) writes them.</summary>
public sealed class RemoteTests
{
    [Theory]
    [InlineData("ptcp:", RemoteKind.PassiveTcp, "", 6640)]
    [InlineData("ptcp:6641", RemoteKind.PassiveTcp, "", 6641)]
    [InlineData("ptcp:0:127.0.0.1", RemoteKind.PassiveTcp, "127.0.0.1", 0)]
    [InlineData("pssl:6640:[::1]", RemoteKind.PassiveSsl, "::1", 6640)]
    [InlineData("tcp:192.0.2.1", RemoteKind.Tcp, "192.0.2.1", 6640)]
    [InlineData("tcp:[fe80::1]:7000", RemoteKind.Tcp, "fe80::1", 7000)]
    [InlineData("ssl:controller.example:6640", RemoteKind.Ssl, "controller.example", 6640)]
    public void A_remote_of_the_network_is_understood(string text, RemoteKind kind, string host, int port)
    {
        Assert.True(Remote.TryParse(text, "/run", Remote.OvsdbPort, out var remote, out _));
        Assert.Equal((kind, host, port), (remote.Kind, remote.Host, remote.Port));
        Assert.Equal(Remote.DefaultProbeMs, remote.ProbeMs);
    }

    [Theory]
    [InlineData("punix:db.sock", "/run/db.sock")]
    [InlineData("unix:/a/b", "/a/b")]
    public void A_socket_s_path_is_relative_to_the_run_directory(string text, string path)
    {
        Assert.True(Remote.TryParse(text, "/run", Remote.OvsdbPort, out var remote, out _));
        Assert.Equal((path, 0), (remote.Path, remote.ProbeMs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("foo")]
    [InlineData("udp:1:2")]
    [InlineData("unix:")]
    [InlineData("tcp:")]
    [InlineData("tcp::6640")]
    [InlineData("tcp:a:0")]
    [InlineData("tcp:a:66000")]
    [InlineData("tcp:[::1")]
    [InlineData("tcp:a:b:c")]
    [InlineData("ptcp:6640:name")]
    [InlineData("ptcp:-1")]
    public void What_is_no_remote_is_refused_by_name(string text)
    {
        Assert.False(Remote.TryParse(text, "/run", Remote.OvsdbPort, out _, out var error));
        Assert.StartsWith(text + ": ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_directory_whose_sockets_would_not_fit_is_a_short_one_that_a_link_leads_to()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-run-").FullName;
        try
        {
            Assert.Equal(Path.Combine(folder, "run", "server-1"), RunDirectory.Make(folder, "server-1", out var told));
            Assert.Null(told);
            var deep = Path.Combine(folder, new string('d', 60), new string('e', 60));
            var run = RunDirectory.Make(deep, "server-1", out told);
            Assert.True(run.Length < 70 && Directory.Exists(run));
            Assert.Contains(run, told, StringComparison.Ordinal);
            Assert.Equal(run, RunDirectory.Make(deep, "server-1", out _));
            Assert.Equal(run, RunDirectory.Find(deep, "server-1"));
            Assert.Null(RunDirectory.Find(deep, "server-2"));
            Directory.Delete(run);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
