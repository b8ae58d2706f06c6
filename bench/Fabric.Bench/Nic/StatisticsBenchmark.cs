using System.Diagnostics;
using Fabric.Datapath;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>
/// P16: the statistics of a million flows that all changed, pulled over PCIe while frames go on. Burst and control messages take turns on
/// the NIC as they do in its actor; a gap is the time from one burst's end to the next one's, without what the host does with the answers.
/// </summary>
internal sealed class StatisticsBenchmark : IBenchmark
{
    private const int FlowCount = 1_000_000;
    private const int QuietBursts = 20_000;
    private const double GapQuantile = 0.999;

    public string Name => "stats";

    public string Purpose => "P16: statistics of 1 M changed flows pulled over PCIe, and the fast path's p99.9 gap meanwhile";

    public void Run(BenchRun run)
    {
        var count = run.Scaled(FlowCount);
        using var load = new NicLoad(isL1Enabled: true, FlowCount, ruleLimit: FlowCount);
        var host = new StatisticsHost(load.Nic);
        run.Tell($"{count:N0} flows are put and learnt");
        load.AddFlows(count);
        load.Learn(count, 1);
        var (quiet, pulled, added) = (new List<double>(), new List<double>(), new List<double>());
        run.Measure(new BenchCase("pull of 1 M flows", "s", Targets.P16, MoreIsBetter: false), () =>
        {
            host.Pull();
            load.Learn(count, 1);
            var (before, during) = (new List<double>(), new List<double>());
            for (var i = 0; i < run.Scaled(QuietBursts); i++) before.Add(Gap(load, host, count));
            var (received, start) = (host.Received, Stopwatch.GetTimestamp());
            host.BeginPull();
            while (!host.IsDone) during.Add(Gap(load, host, count));
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Invariant.Check(host.Received - received >= count, "every flow was reported");
            quiet.Add(Quantile(before));
            pulled.Add(Quantile(during));
            added.Add(pulled[^1] - quiet[^1]);
            return seconds;
        });
        run.Add(new BenchCase("p99.9 gap without a pull", "ms", MoreIsBetter: false), quiet.TakeLast(run.Options.Rounds).ToList());
        run.Add(new BenchCase("p99.9 gap during a pull", "ms", MoreIsBetter: false), pulled.TakeLast(run.Options.Rounds).ToList());
        run.Add(
            new BenchCase("p99.9 gap that a pull adds", "ms", Targets.P16Gap, MoreIsBetter: false),
            added.TakeLast(run.Options.Rounds).ToList());
    }

    /// <summary>One burst and the control messages of the turn; milliseconds of both on the NIC.</summary>
    private static double Gap(NicLoad load, StatisticsHost host, int flowCount)
    {
        var start = Stopwatch.GetTimestamp();
        load.Send(FrameBatch.Capacity, flowCount, 1);
        host.TakeControl();
        var gap = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        host.Answer();
        return gap;
    }

    private static double Quantile(List<double> gaps)
    {
        gaps.Sort();
        return gaps[(int)Math.Min(gaps.Count - 1, gaps.Count * GapQuantile)];
    }

    /// <summary>The host's end of the channel: asks, counts, acknowledges.</summary>
    private sealed class StatisticsHost : IPcieHostEvents
    {
        private readonly SmartNic _nic;
        private readonly PcieHostEnd _end;
        private readonly Queue<PcieEnvelope> _heard = new();

        public StatisticsHost(SmartNic nic)
        {
            _nic = nic;
            _end = new PcieHostEnd(new PcieOptions(), this, epoch: 1);
            Answer();
        }

        public long Received { get; private set; }

        public bool IsDone { get; private set; } = true;

        public void BeginPull()
        {
            IsDone = false;
            _end.TrySend(new StatsPull());
            Answer();
        }

        /// <summary>A whole pull with nothing beside it.</summary>
        public void Pull()
        {
            BeginPull();
            while (!IsDone)
            {
                TakeControl();
                Answer();
            }
        }

        /// <summary>What the NIC has to say in this turn.</summary>
        public void TakeControl()
        {
            while (_nic.TryTakeControl(1, out var envelope)) _heard.Enqueue(envelope);
        }

        public void Answer()
        {
            while (_heard.TryDequeue(out var envelope)) _end.Receive(envelope, 1);
            while (_end.TryTakeEnvelope(1, out var envelope)) _nic.ReceiveControl(envelope, 1);
        }

        void IPcieHostEvents.Result(PcieRequest request, PcieResult result) => Invariant.Check(result.IsOk, "a pull is not refused");

        void IPcieHostEvents.Statistics(StatsReply reply)
        {
            Received += reply.Flows.Length;
            IsDone = reply.IsLast;
        }

        void IPcieHostEvents.Pushed(StatsPush push) => Received += push.Flows.Length;

        /// <summary>Links of ports are no part of this.</summary>
        void IPcieHostEvents.LinkChanged(LinkEvent link)
        {
        }

        void IPcieHostEvents.NicRestarted() => Invariant.Fail("the NIC goes on");
    }
}
