using System.Globalization;

namespace Fabric.Bench.Server;

/// <summary>
/// One load on a server in each mode: connections never seen before, each by its first frame, through two tables of rules. The engines run
/// on one thread and PCIe costs nothing, so the latencies are those of the work, and the modes differ by nothing else.
/// </summary>
internal sealed class ModesBenchmark : IBenchmark
{
    /// <summary>64 senders times 64 services: 4,096 megaflows, each for four of the connections.</summary>
    private const int Connections = 16_384;

    private const int Services = 64;
    private const int Senders = 64;

    private static readonly (string Name, bool HasOffload, bool IsExplicit, bool IsUserspace)[] Modes =
    [
        ("off", false, false, false), ("transparent", true, false, false), ("explicit", true, true, false),
        ("userspace, transparent", true, false, true),
    ];

    public string Name => "modes";

    public string Purpose => "new connections/s, first-frame latency and share of frames that fall back, in each mode of offload";

    private static IEnumerable<string> Rules =>
    [
        .. Enumerable.Range(0, Senders).Select(i => Text(
            $"table=0,priority=10,udp,nw_src=10.0.0.{i},actions=load:{i}->NXM_NX_REG0[],resubmit(,1)")),
        .. Enumerable.Range(0, Services).Select(i => Text($"table=1,priority=10,udp,tp_dst={i},actions=output:2")),
        "table=0,priority=0,actions=drop", "table=1,priority=0,actions=drop",
    ];

    public void Run(BenchRun run)
    {
        var count = run.Scaled(Connections);
        var latencies = new double[count];
        foreach (var (name, hasOffload, isExplicit, isUserspace) in Modes)
        {
            var (medians, tails, fallbacks, upcalls) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            run.Measure(new BenchCase($"{name}, connections set up", "k/s"), () =>
            {
                using var server = new ModeServer(hasOffload, isExplicit, isUserspace, Rules);
                var millions = BenchRun.MillionsPerSecond(count, () =>
                {
                    for (var i = 0; i < count; i++) latencies[i] = server.Send((uint)i, Services);
                });
                Array.Sort(latencies);
                medians.Add(latencies[count / 2]);
                tails.Add(latencies[count * 99 / 100]);
                fallbacks.Add(100.0 * server.Fallbacks / count);
                upcalls.Add(server.Upcalls);
                return millions * 1_000;
            });
            run.Add(new BenchCase($"{name}, first frame, median", "µs", MoreIsBetter: false), medians);
            run.Add(new BenchCase($"{name}, first frame, p99", "µs", MoreIsBetter: false), tails);
            run.Add(new BenchCase($"{name}, frames that fall back", "%", MoreIsBetter: false), fallbacks);
            run.Add(new BenchCase($"{name}, upcalls", "each round", MoreIsBetter: false), upcalls);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
