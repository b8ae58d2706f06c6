using Fabric.Guest;

namespace Fabric.Simulation.Tests;

/// <summary>Guests that talk: pings of many sizes and streams of datagrams between random VMs of an overlay.</summary>
internal sealed class Workload(SimFabric fabric, Random random)
{
    private readonly List<TrafficGenerator> _generators = [];
    private bool _isOver;

    public void Start(int streams)
    {
        for (var i = 0; i < streams; i++) StartStream(i);
        Next();
    }

    public void Stop()
    {
        _isOver = true;
        foreach (var generator in _generators) generator.Stop();
    }

    private void Next()
    {
        fabric.World.Clock.In(random.Next(5_000, 60_000), "work", () =>
        {
            if (_isOver) return;
            if (TryPair(out var from, out var to, out var isIpv6))
            {
                fabric.Ping(from, SimFabric.AddressOf(to, isIpv6), new PingOptions
                {
                    Count = 1 + random.Next(3), IntervalMs = 20 + random.Next(200), TimeoutMs = 1_000,
                    PayloadSize = random.Next(10) == 0 ? random.Next(1_473, 4_000) : random.Next(1_400),
                });
            }

            Next();
        });
    }

    private void StartStream(int index) => fabric.World.Clock.In(300_000 + random.Next(1_000_000), "stream", () =>
    {
        if (_isOver || !TryPair(out var from, out var to, out var isIpv6)) return;
        var options = new TrafficOptions
        {
            Destination = SimFabric.AddressOf(to, isIpv6), DestinationPort = (ushort)(9_000 + index), FlowCount = 1 + random.Next(40),
            PayloadSize = random.Next(TrafficOptions.MinPayloadSize, 1_400), PacketsPerSecond = 10 + random.Next(140),
            RunId = (uint)(1 + index),
        };
        var checker = to.Stack.StartChecker(options);
        var generator = from.Stack.StartTraffic(options, fabric.World.Clock.NowUs);
        if (checker is not null) fabric.Checkers.Add(checker);
        if (generator is not null) _generators.Add(generator);
        from.Flush();
    });

    private bool TryPair(out SimVm from, out SimVm to, out bool isIpv6)
    {
        from = fabric.Vms[random.Next(fabric.Vms.Count)];
        var overlay = from.Plan.Overlay;
        var mates = fabric.Overlay(overlay).ToList();
        to = mates[random.Next(mates.Count)];
        isIpv6 = overlay == "green" && random.Next(3) == 0;
        return to != from && from.Host.HasBooted;
    }
}
