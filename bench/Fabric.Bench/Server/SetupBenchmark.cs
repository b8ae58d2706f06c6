using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Bench.Ovsdb;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// P8: 5-tuples never seen before, through every tier and actor of a server: VF, L1 and L2 miss, PCIe, kernel miss, upcall, translation,
/// the flow put into L3 and on the NIC, its answer. A round ends when the NIC has every flow. A rule whose choice hashes the 5-tuple makes
/// each of them a flow of its own, as it does for the peer.
/// </summary>
internal sealed class SetupBenchmark : IBenchmark
{
    /// <summary>Of each round; well under the switch's limit.</summary>
    public const int FlowCount = 60_000;

    /// <summary>Its result does not matter, what it looks at does.</summary>
    public const string Hashing = "actions=multipath(symmetric_l3l4+udp,1024,modulo_n,64,0,NXM_NX_REG0[]),output:";

    /// <summary>Less than the upcalls of one port that may wait.</summary>
    private const int Window = 768;

    private const int FirstPort = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _round;
    private Func<string> _lost = () => "";

    public string Name => "setup";

    public string Purpose => "P8: flows set up through every tier and actor, from a VM's first frame to the NIC's answer";

    public void Run(BenchRun run)
    {
        using var server = new OneServer(subnet: 68);
        _lost = () => server.Drops;
        using (var bridge = server.DialBridge()) bridge.Add($"priority=500,in_port=1,udp,{Hashing}2");
        using var control = server.DialAgent();
        var (kernel, count) = (server.Kernel, run.Scaled(FlowCount));
        var (walls, bytes) = (new List<double>(), new List<double>());
        run.Measure(
            new BenchCase("new flows, per CPU-second", "k/s", Targets.P8),
            () =>
            {
                Command(control, "upcall/set-flow-limit", "200000");
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                var (wall, cpu) = SetUp(run, server.Source, server.Sink, kernel, count);
                bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
                walls.Add(count / wall / 1e3);
                Command(control, "revalidator/purge");
                Await(run, kernel, state => state.Flows == 0);
                return count / cpu / 1e3;
            },
            DpdkUpcalls.Peer(count));
        run.Add(new BenchCase("new flows", "k/s"), walls.TakeLast(run.Options.Rounds).ToList());
        run.Add(new BenchCase("new flows, allocated", "B/flow", MoreIsBetter: false), bytes.TakeLast(run.Options.Rounds).ToList());
    }

    /// <summary>Sends one datagram of each flow and waits until the NIC has all flows; seconds of wall and of processor time.</summary>
    private (double Wall, double Cpu) SetUp(BenchRun run, IActorRef source, IActorRef sink, IActorRef kernel, int count)
    {
        var portsEach = count / TrafficOptions.SourcePorts + 1;
        var load = new TrafficOptions
        {
            Destination = IpAddress.Parse(OneServer.Destination),
            DestinationPort = (ushort)(FirstPort + _round % 1_000 * portsEach),
            FlowCount = count,
            Count = count,
            RunId = (uint)++_round,
        };
        var checker = sink.Ask<SinkStarted>(new StartSink(load, source), Patience).GetAwaiter().GetResult().Checker;
        using var process = Process.GetCurrentProcess();
        var (cpu, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        source.Tell(new StartLoad(load, () => checker.Received, Window));
        // The server has a few flows beside these, so the last datagrams may still be on their way.
        Await(run, kernel, found => found.Offloaded >= count && checker.Received >= count);
        var wall = watch.Elapsed.TotalSeconds;
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu).TotalSeconds;
        source.Ask<LoadStopped>(StopLoad.Instance, Patience).Wait();
        Invariant.Check(checker.Received == count && checker.Corrupted == 0, "the first frame of every flow arrived");
        return (wall, used);
    }

    private KernelPartState Await(BenchRun run, IActorRef kernel, Func<KernelPartState, bool> isDone)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var state = kernel.Ask<KernelPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult();
            if (isDone(state)) return state;
            if (watch.Elapsed > Patience)
                throw new PeerException($"{state.Flows} flows, {state.Offloaded} of them offloaded, and no more; dropped: {_lost()}");
            run.Pause(Pause);
        }
    }

    private static void Command(OvsdbConnection control, string method, params string[] arguments) => control.Call(
        $$"""{"id":0,"method":"{{method}}","params":[{{string.Join(',', arguments.Select(a => $"\"{a}\""))}}]}""");
}
