using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>Outer headers on and off again, by encapsulation, without sockets.</summary>
internal sealed class TunnelBenchmark : IBenchmark
{
    private const int FrameCount = 1_000_000;
    private static readonly OdpPort Physical = new(1);
    private static readonly OdpPort Tunnel = new(10);
    private static readonly IpAddress Left = IpAddress.Parse("172.16.0.1");
    private static readonly IpAddress Right = IpAddress.Parse("172.16.0.2");

    public string Name => "tunnel";

    public string Purpose => "one encapsulation and one decapsulation of a 60-byte frame: VXLAN, GENEVE, NVGRE";

    public void Run(BenchRun run)
    {
        foreach (var type in Enum.GetValues<TunnelType>()) Run(run, type);
    }

    private static void Run(BenchRun run, TunnelType type)
    {
        var (left, right) = (Tables(type, Left, Right), Tables(type, Right, Left));
        var pool = new FramePool(4);
        var inner = SampleFrames.UdpOverIpv4();
        Invariant.Check(pool.TryRent(inner.Length, out var frame), "the pool has room for one frame");
        Rates.Measure(run, new BenchCase($"{type} there and back", "M/s"), FrameCount, count =>
        {
            for (long i = 0; i < count; i++)
            {
                inner.CopyTo(frame.Reset(inner.Length));
                frame.Metadata.Tunnel = new TunnelMetadata
                {
                    IsPresent = true, Id = 5_000, Flags = TunnelFlags.Key | TunnelFlags.DontFragment, Ttl = 64, Source = Left.V4,
                    Destination = Right.V4,
                };
                Invariant.Check(TunnelEncap.TryEncap(frame, Tunnel, left, (uint)i, out _, out _), "the route is known");
                frame.Metadata.InPort = Physical.Value;
                Invariant.Check(TunnelDecap.TryDecap(frame, right, out _) == DecapResult.Detunnelled, "the peer is known");
            }
        });
    }

    private static TunnelTables Tables(TunnelType type, IpAddress mine, IpAddress peer)
    {
        var udpPort = type switch { TunnelType.Vxlan => VxlanView.UdpPort, TunnelType.Geneve => GeneveView.UdpPort, _ => (ushort)0 };
        var tables = new TunnelTables();
        tables.Apply(new AddTunnelPort(new TunnelPort(Tunnel, "tunnel", type, udpPort) { AcceptsAll = true }));
        tables.Apply(new SetRoute(IpAddress.Parse("172.16.0.0"), 24, null, Physical, mine));
        tables.Apply(new AddLocalAddress(mine, new MacAddress(0x02aa_0000_0000UL + (mine.V4.Value & 0xff)), Physical));
        tables.Apply(new SetNeighbour(peer, new MacAddress(0x02aa_0000_0000UL + (peer.V4.Value & 0xff))));
        return tables;
    }
}
