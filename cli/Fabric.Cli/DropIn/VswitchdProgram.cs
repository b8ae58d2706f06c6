using Fabric.Actors;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Ovsdb;

namespace Fabric.Cli.DropIn;

/// <summary>
/// <c>fabric ovs-vswitchd</c>: takes the command line of ovs-vswitchd(8) and runs one emulated server's switch against the database given.
/// </summary>
internal sealed class VswitchdProgram(Terminal terminal)
{
    public const string Name = "ovs-vswitchd";

    private const string Version = "ovs-vswitchd (Open vSwitch) 3.1.0\n";

    private static readonly StockOption[] Known =
    [
        .. StockOption.OfDaemons, new("enable-dummy", StockArgument.Optional),
        new("dummy-numa", StockArgument.Required), new("disable-system"), new("disable-system-route"),
        new("mlockall"), new("dpdk", StockArgument.Optional), new("hw-rawio-access"),
    ];

    private readonly StockDaemon _daemon = new(Name, terminal);

    public async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (!StockCommandLine.TryParse(arguments, Known, out var line, out var error)) return _daemon.Fail(error!);
        if (await _daemon.IsToldAsync(line, Help, Version, stop)) return 0;
        if (line.Arguments.Count > 1) return _daemon.Fail("at most one non-option argument accepted; use --help for usage");
        if (line.Has("dpdk")) return _daemon.Fail("--dpdk is not supported: frames do not pass real NICs");
        if (!TryLevel(line, out var level))
            return _daemon.Fail($"--enable-dummy={line.Value("enable-dummy")}: one of system, override, or nothing");
        if (line.Has("detach") && !Detachment.IsChild(terminal.Environment))
            return await Detachment.StartAsync([Name, .. arguments], terminal.Error, stop);
        try
        {
            return await ServeAsync(line, level, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _daemon.Fail(e.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> ServeAsync(StockCommandLine line, DummyLevel level, CancellationToken stop)
    {
        var folders = _daemon.Folders;
        var options = new StandaloneOptions(
            line.Arguments.Count > 0 ? line.Arguments[0] : "unix:" + Path.Combine(folders.Run, "db.sock"), folders.Run)
        {
            Dummies = level,
            LogFile = _daemon.LogFile(line),
            Console = terminal.Error,
            Levels = [.. line.Values("verbose").Select(word => word ?? "any:any:dbg")],
            ControlSocket = _daemon.ControlSocket(line),
        };
        using var exit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var logging = StockLog.Factory(null);
        await using var host = await StandaloneHost.StartAsync(options, OvsdbLogging.Setup(logging), exit.Cancel);
        using var pidFile = _daemon.WritePidFile(line);
        if (line.Has("detach"))
        {
            await host.UntilReadyAsync(exit.Token);
            Detachment.Complete(terminal.OutBytes(), changesFolder: !line.Has("no-chdir"));
        }

        await StockDaemon.UntilAsync(exit.Token);
        return 0;
    }

    private static bool TryLevel(StockCommandLine line, out DummyLevel level)
    {
        DummyLevel? found = !line.Has("enable-dummy") ? DummyLevel.None : line.Value("enable-dummy") switch
        {
            null => DummyLevel.Named,
            "system" => DummyLevel.System,
            "override" => DummyLevel.Override,
            _ => null,
        };
        level = found ?? DummyLevel.None;
        return found is not null;
    }

    private const string Help =
        """
        ovs-vswitchd: Open vSwitch daemon, Fabric's
        usage: fabric ovs-vswitchd [OPTIONS] [DATABASE]
        where DATABASE is a socket on which ovsdb-server is listening (default: "unix:RUNDIR/db.sock").

          --enable-dummy[=system|override]   devices for tests: those of type dummy; of type system too; all
          --disable-system, --disable-system-route, --mlockall, --dummy-numa=CORES are accepted and have no effect
          --detach  --no-chdir  --pidfile[=FILE]  --overwrite-pidfile
          --log-file[=FILE]  -v, --verbose[=SPEC]  --unixctl=SOCKET
          --monitor, --user and the options of SSL are accepted and have no effect
          -h, --help  -V, --version

        """;
}
