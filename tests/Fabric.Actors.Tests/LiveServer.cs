using System.ComponentModel;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Fabric.Actors.Protocol;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>
/// A whole server with real threads, sockets and time, for stock tools to drive, and datagrams of many flows from one of its VMs to
/// another at a constant rate, in runs that the receiver can tell apart.
/// </summary>
internal sealed class LiveServer : IDisposable
{
    private const int PerMs = 100;
    private const int Window = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-live-").FullName;
    private readonly ActorSystem _system;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _clock = new();
    private readonly TrafficOptions _load;
    private readonly TrafficChecker _checker;
    private readonly string _from;
    private readonly IActorRef _source;
    private readonly Timer _timer;

    public LiveServer(string topology, string from, string to, string destination, int flowCount)
    {
        _system = ActorSystem.Create("live", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, fabric-frames { type = Dispatcher, throughput = 1000 } }"));
        var directory = _system.ActorOf(Props.Create(() => new ReadyWatch(_ready)), "directory");
        var node = NodeServices.Start(_system, "live", directory, dataFolder: _folder);
        var server = _system.ActorOf(ServerActor.Props("server-1", node), "server-1");
        server.Tell(new EnsureServer(Plans.Of(Plans.Load(topology), "server-1")));
        Assert.True(_ready.Task.Wait(Patience), "the server is ready");
        _load = new TrafficOptions { Destination = IpAddress.Parse(destination), FlowCount = flowCount };
        _from = $"vm-{from}";
        _source = Part(_from);
        _checker = Part($"vm-{to}").Ask<SinkStarted>(new StartSink(_load, null), Patience).GetAwaiter().GetResult().Checker;
        _timer = new Timer(_ => _source.Tell(LoadCredit.Instance), null, 1, 1);
    }

    /// <summary>Datagrams that have arrived of the run that the receiver knows.</summary>
    public long Received => _checker.Good + _checker.Duplicated + _checker.Late;

    /// <summary>Datagrams that have arrived of the other run.</summary>
    public long OthersReceived => _checker.Misdelivered;

    public NicPartState Nic => Part("nic").Ask<NicPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult();

    /// <summary>Frames that the VM has sent so far.</summary>
    public long Sent => Part(_from).Ask<VmPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult().State.TxFrames;

    public void BeginLoad(bool isKnown)
    {
        _clock.Restart();
        _source.Tell(new StartLoad(
            _load with { RunId = isKnown ? _load.RunId : _load.RunId + 1 }, () => PerMs * _clock.ElapsedMilliseconds, Window));
    }

    /// <summary>Returns how many datagrams the VM has sent since the load began.</summary>
    public long EndLoad() => _source.Ask<LoadStopped>(StopLoad.Instance, Patience).GetAwaiter().GetResult().Sent;

    /// <summary>Runs stock <c>ovs-ofctl</c> on the server's bridge, and returns when it has ended.</summary>
    public void Ofctl(params string[] arguments)
    {
        var start = new ProcessStartInfo("ovs-ofctl", arguments) { RedirectStandardError = true };
        start.Environment["OVS_RUNDIR"] = Path.Combine(_folder, "run", "server-1");
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            Assert.True(process.WaitForExit(Patience), "ovs-ofctl ends");
            Assert.True(process.ExitCode == 0, errors);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"ovs-ofctl does not start: {e.Message}. This test needs it (Debian: apt-get install openvswitch-switch)", e);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _system.Terminate().Wait(Patience);
        _system.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private IActorRef Part(string name) =>
        _system.ActorSelection($"/user/server-1/{name}").ResolveOne(Patience).GetAwaiter().GetResult();

    private sealed class ReadyWatch : ReceiveActor
    {
        public ReadyWatch(TaskCompletionSource ready) => Receive<Placement>(placement =>
        {
            if (placement.Ready) ready.TrySetResult();
        });
    }
}
