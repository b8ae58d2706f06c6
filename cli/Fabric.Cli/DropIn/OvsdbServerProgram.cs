using System.Diagnostics;
using Fabric.Actors;
using Fabric.Agent;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Ovsdb;

namespace Fabric.Cli.DropIn;

/// <summary><c>fabric ovsdb-server</c>: takes the command line of ovsdb-server(1) and is one.</summary>
internal sealed class OvsdbServerProgram(Terminal terminal)
{
    public const string Name = "ovsdb-server";

    /// <summary>What scripts that parse <c>--version</c> look for is the version whose behaviour this is.</summary>
    private const string Version = "ovsdb-server (Open vSwitch) 3.1.0\nDB Schema 8.3.1\n";

    private static readonly StockOption[] Known =
    [
        .. StockOption.OfDaemons, new("remote", StockArgument.Required), new("run", StockArgument.Required),
        new("disable-file-column-diff"), new("sync-from", StockArgument.Required),
        new("sync-exclude-tables", StockArgument.Required), new("active"),
    ];

    private readonly StockDaemon _daemon = new(Name, terminal);

    public async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (!StockCommandLine.TryParse(arguments, Known, out var line, out var error)) return _daemon.Fail(error!);
        if (await _daemon.IsToldAsync(line, Help, Version, stop)) return 0;
        if (line.Has("sync-from")) return _daemon.Fail("--sync-from is not supported: Fabric's ovsdb-server is always the active one");
        if (line.Has("detach") && !Detachment.IsChild(terminal.Environment))
            return await Detachment.StartAsync([Name, .. arguments], terminal.Error, stop);
        try
        {
            return await ServeAsync(line, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _daemon.Fail(e.Message);
        }
    }

    private async Task<int> ServeAsync(StockCommandLine line, CancellationToken stop)
    {
        var folders = _daemon.Folders;
        var path = _daemon.LogFile(line);
        var levels = new VlogSettings();
        foreach (var word in line.Values("verbose"))
        {
            if (levels.Set(word ?? "any:any:dbg") is { } wrong) return _daemon.Fail(wrong);
        }

        using var daemonLog = new DaemonLog(Name, Environment.ProcessId, path, levels, FabricClock.System, terminal.Error);
        using var log = new StockLog(daemonLog, "ovsdb_server");
        if (path is not null && log.Reopen() is { } closed) return _daemon.Fail(closed);
        using var logging = StockLog.Factory(log);
        using var exit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var host = await OvsdbHost.StartAsync(Settings(line, folders), OvsdbLogging.Setup(logging));
        await host.OpenControlAsync(
            folders.Run, _daemon.ControlSocket(line), new DaemonProcess(log, exit.Cancel), levels);
        log.Write(VlogLevel.Info, "ovsdb-server (Open vSwitch) 3.1.0");
        using var pidFile = _daemon.WritePidFile(line);
        if (line.Has("detach")) Detachment.Complete(terminal.OutBytes(), changesFolder: !line.Has("no-chdir"));
        if (line.Value("run") is { } command) return await RunAsync(command, exit.Token);
        await StockDaemon.UntilAsync(exit.Token);
        return 0;
    }

    /// <summary>File names are made absolute now, since a daemon leaves its folder.</summary>
    private static OvsdbSettings Settings(StockCommandLine line, StockFolders folders)
    {
        var files = line.Arguments.Count > 0 ? line.Arguments : [Path.Combine(folders.Databases, "conf.db")];
        var bootstrap = line.Value("bootstrap-ca-cert");
        return new OvsdbSettings
        {
            Name = Name,
            Databases = [.. files.Select(file => new OvsdbFile(Path.GetFullPath(file), null))],
            Remotes = [.. line.Values("remote").OfType<string>()],
            RunDirectory = folders.Run,
            PrivateKey = Absolute(line.Value("private-key")),
            Certificate = Absolute(line.Value("certificate")),
            CaCertificate = Absolute(bootstrap ?? line.Value("ca-cert")),
            BootstrapsCa = bootstrap is not null,
        };
    }

    private static string? Absolute(string? file) =>
        file is null || file.StartsWith("db:", StringComparison.Ordinal) ? file : Path.GetFullPath(file);

    private static async Task<int> RunAsync(string command, CancellationToken stop)
    {
        using var child = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command }, UseShellExecute = false })!;
        await child.WaitForExitAsync(stop);
        return child.ExitCode;
    }

    private const string Help =
        """
        ovsdb-server: Open vSwitch database server, Fabric's
        usage: fabric ovsdb-server [OPTIONS] [DATABASE...]
        where each DATABASE is a database file in ovsdb format.

          --remote=REMOTE         connect or listen to REMOTE: unix:FILE, punix:FILE, tcp:HOST:PORT, ptcp:PORT[:IP],
                                  ssl:HOST:PORT, pssl:PORT[:IP], db:DATABASE,TABLE,COLUMN; may be repeated
          -p, --private-key=FILE  -c, --certificate=FILE  -C, --ca-cert=FILE  --bootstrap-ca-cert=FILE
                                  files for SSL, or db:DATABASE,TABLE,COLUMN
          --detach  --no-chdir  --pidfile[=FILE]  --overwrite-pidfile
          --log-file[=FILE]  --unixctl=SOCKET  --run COMMAND
          -v, --verbose[=SPEC]
          --monitor and --user are accepted and have no effect
          -h, --help  -V, --version

        """;
}
