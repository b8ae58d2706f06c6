namespace Fabric.Interop.Tests;

/// <summary>A PostgreSQL server of a test's own, in a new folder and on a unix socket.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-pg-").FullName;
    private Tool? _server;

    /// <summary>As Npgsql takes it.</summary>
    public string Connection => $"Host={_folder};Username=fabric;Database=postgres";

    public static async Task<PostgresServer> StartAsync()
    {
        var postgres = new PostgresServer();
        try
        {
            // It refuses to be root's.
            (await Tool.RunAsync("chown", "nobody", postgres._folder)).Expect(0);
            var data = Path.Combine(postgres._folder, "data");
            await using (var made = postgres.Start("initdb", "-D", data, "-U", "fabric", "-A", "trust", "--no-sync"))
                (await made.EndAsync()).Expect(0);
            postgres._server = postgres.Start("postgres", "-D", data, "-k", postgres._folder, "-c", "listen_addresses=", "-c", "fsync=off");
            await postgres._server.UntilSaysAsync("ready to accept connections");
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            if (!_server.HasExited) await _server.StopAsync(Tool.Interrupt);
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Tool Start(string program, params string[] arguments)
    {
        const string Versions = "/usr/lib/postgresql";
        var versions = Directory.Exists(Versions) ? Directory.GetDirectories(Versions) : [];
        var path = versions.Select(version => Path.Combine(version, "bin", program)).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is not installed. This test needs it (Debian: apt-get install postgresql)");
        return Environment.UserName == "root"
            ? Tool.Start("setpriv", ["--reuid=nobody", "--clear-groups", "env", "-C", _folder, path, .. arguments])
            : Tool.Start(path, arguments);
    }
}
