namespace Fabric.Interop.Tests;

/// <summary>Remotes other than a unix socket, with Debian's ovsdb-client at the other end.</summary>
public sealed class RemoteTests
{
    private const string Schema =
        """{"name":"Remote","version":"1.0.0","tables":{"T":{"columns":{"n":{"type":"integer"}},"isRoot":true}}}""";

    [Fact]
    public async Task Ovsdb_client_reaches_a_server_over_TLS_and_one_without_our_authority_does_not()
    {
        using var pki = new Pki();
        await using var server = new DatabaseServer(Schema, ["--remote", "pssl:0:127.0.0.1", .. pki.Options("server")]);
        await server.StartAsync();
        var port = await server.PortOfAsync("pssl:0:127.0.0.1");
        var listed = (await server.ClientAsync([.. pki.Options("client"), "list-dbs", $"ssl:127.0.0.1:{port}"])).Expect(0);
        Assert.Contains("Remote", listed.Out, StringComparison.Ordinal);
        var stranger = await server.ClientAsync([.. pki.Options("stranger"), "--timeout=10", "list-dbs", $"ssl:127.0.0.1:{port}"]);
        Assert.NotEqual(0, stranger.ExitCode);
        (await server.ClientAsync("list-dbs", server.Remote)).Expect(0);
    }

    [Fact]
    public async Task A_server_calls_out_over_TLS_and_over_TCP_until_somebody_answers()
    {
        using var pki = new Pki();
        var (tls, tcp) = (RunningFabric.FreePorts(1), RunningFabric.FreePorts(1));
        await using var server = new DatabaseServer(
            Schema, ["--remote", $"ssl:127.0.0.1:{tls}", "--remote", $"tcp:127.0.0.1:{tcp}", .. pki.Options("server")]);
        await server.StartAsync();
        var called = (await server.ClientAsync([.. pki.Options("client"), "--timeout=30", "list-dbs", $"pssl:{tls}:127.0.0.1"])).Expect(0);
        Assert.Contains("Remote", called.Out, StringComparison.Ordinal);
        (await server.ClientAsync("--timeout=30", "list-dbs", $"ptcp:{tcp}:127.0.0.1")).Expect(0);
        // And again, when the connection was lost.
        (await server.ClientAsync("--timeout=30", "list-dbs", $"ptcp:{tcp}:127.0.0.1")).Expect(0);
    }

    [Fact]
    public async Task The_SSL_table_gives_key_and_certificates_as_soon_as_it_has_them()
    {
        using var pki = new Pki();
        await using var server = new DatabaseServer(
            DatabaseServer.SwitchSchema, "--remote", "pssl:0:127.0.0.1", "--private-key", "db:Open_vSwitch,SSL,private_key",
            "--certificate", "db:Open_vSwitch,SSL,certificate", "--ca-cert", "db:Open_vSwitch,SSL,ca_cert");
        await server.StartAsync();
        var port = await server.PortOfAsync("pssl:0:127.0.0.1");
        var early = await server.ClientAsync([.. pki.Options("client"), "--timeout=10", "list-dbs", $"ssl:127.0.0.1:{port}"]);
        Assert.NotEqual(0, early.ExitCode);
        (await Tool.RunAsync(
            "ovs-vsctl", ["--db=" + server.Remote, "--no-wait", "--", "init", "--", "set-ssl", .. pki.Files("server")])).Expect(0);
        (await server.ClientAsync([.. pki.Options("client"), "list-dbs", $"ssl:127.0.0.1:{port}"])).Expect(0);
    }

    [Fact]
    public async Task A_server_listens_on_IPv6()
    {
        await using var server = new DatabaseServer(Schema, "--remote", "ptcp:0:[::1]");
        await server.StartAsync();
        var port = await server.PortOfAsync("ptcp:0:[::1]");
        (await server.ClientAsync("list-dbs", $"tcp:[::1]:{port}")).Expect(0);
    }

    [Fact]
    public async Task Managers_of_the_database_are_remotes_and_a_silent_peer_is_probed_then_dropped()
    {
        await using var server = new DatabaseServer(
            DatabaseServer.SwitchSchema, "--remote", "db:Open_vSwitch,Open_vSwitch,manager_options");
        await server.StartAsync();
        (await Tool.RunAsync(
            "ovs-vsctl", $"--db={server.Remote}", "--no-wait", "--", "init", "--", "set-manager", "ptcp:0:127.0.0.1",
            "--", "set", "Manager", "ptcp:0:127.0.0.1", "inactivity_probe=1500")).Expect(0);
        var port = await server.PortOfAsync("ptcp:0:127.0.0.1");
        using (var silent = RpcClient.Tcp(port))
        {
            var probe = await silent.NextAsync();
            Assert.Equal("echo", probe!.Value.GetProperty("method").GetString());
            Assert.Null(await silent.NextAsync());
        }

        using var alive = RpcClient.Tcp(port);
        for (var i = 0; i < 2; i++)
        {
            var probe = await alive.NextAsync();
            Assert.Equal("echo", probe!.Value.GetProperty("method").GetString());
            await alive.SendAsync("""{"id":"echo","result":[],"error":null}""");
        }

        var row = (await Tool.RunAsync(
            "ovs-vsctl", $"--db={server.Remote}", "--no-wait", "get", "Manager", "ptcp:0:127.0.0.1", "status")).Expect(0);
        Assert.Contains($"bound_port=\"{port}\"", row.Out, StringComparison.Ordinal);
        (await Tool.RunAsync("ovs-vsctl", $"--db={server.Remote}", "--no-wait", "del-manager")).Expect(0);
        while (await alive.NextAsync() is not null) { }
    }
}
