using Fabric.Conversations;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>What hosts say to each other, right and wrong, for every IP version and state of the tracker.</summary>
internal static class Conversations
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst, Psh = TcpFlags.Psh;

    private static ushort s_id = 100;

    /// <summary>Everything a stateful rule set should see.</summary>
    public static IEnumerable<Conversation> All() =>
        ((bool[])[false, true]).SelectMany(v6 =>
            (IEnumerable<Conversation>)[.. Tcp(v6), .. Datagrams(v6), .. Errors(v6), .. Damaged(v6), .. Fragmented(v6)]);

    private static TestPacket Packet(bool v6, byte proto = IpProtocol.Tcp) => new()
    {
        Proto = proto, Id = ++s_id,
        Source = IpAddress.Parse(v6 ? "fd00::1" : "10.0.0.1"), Destination = IpAddress.Parse(v6 ? "fd00::2" : "10.0.0.2"),
    };

    private static string Name(string what, bool v6) => what + (v6 ? " v6" : " v4");

    private static Func<TestPacket, TestPacket> Tcp(
        TcpFlags flags, uint sequence, uint ack, int size = 0, ushort window = 8192, byte[]? options = null) =>
        p => p with { Flags = flags, Sequence = sequence, Ack = ack, Payload = Bytes(size), Window = window, Options = options ?? [] };

    private static Func<TestPacket, TestPacket> Data(int size) => p => p with { Payload = Bytes(size) };

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7 + 1))];

    private static Conversation Open(Conversation talk, byte[]? clientOptions = null, byte[]? serverOptions = null) => talk
        .Client(Tcp(Syn, 1000, 0, options: clientOptions))
        .Server(Tcp(Syn | Ack, 5000, 1001, options: serverOptions))
        .Client(Tcp(Ack, 1001, 5001));

    public static IEnumerable<Conversation> Tcp(bool v6)
    {
        byte[] scale3 = [1, 3, 3, 3], scale7 = [2, 4, 5, 180, 1, 3, 3, 7];
        yield return Open(new Conversation(Name("tcp whole", v6), Packet(v6)))
            .Client(Tcp(Ack | Psh, 1001, 5001, 100)).Server(Tcp(Ack, 5001, 1101), Tcp(Ack | Psh, 5001, 1101, 500))
            .Client(Tcp(Ack, 1101, 5501), Tcp(Fin | Ack, 1101, 5501)).Server(Tcp(Ack, 5501, 1102), Tcp(Fin | Ack, 5501, 1102))
            .Client(Tcp(Ack, 1102, 5502), Tcp(Ack, 1102, 5502)).Client(Tcp(Syn, 70_000, 0)).Server(Tcp(Syn | Ack, 90_000, 70_001));
        yield return Open(new Conversation(Name("tcp scaled", v6), Packet(v6)), scale3, scale7)
            .Client(Tcp(Ack, 1001, 5001, 10, 1000)).Server(Tcp(Ack, 5001, 1011, 10, 1000))
            .Client(Tcp(Ack, 50_000, 5011, 10)).Server(Tcp(Ack, 5011 + 7000, 1011, 10), Tcp(Ack, 5011 + 70_000, 1011, 10));
        yield return Open(new Conversation(Name("tcp one scale", v6), Packet(v6)), scale3)
            .Client(Tcp(Ack, 1001, 5001, 10)).Server(Tcp(Ack, 5001, 1011, 10), Tcp(Ack, 25_000, 1011, 10));
        yield return Open(new Conversation(Name("tcp reset", v6), Packet(v6)))
            .Server(Tcp(Rst, 5200, 0), Tcp(Rst | Ack, 5001, 1001)).Client(Tcp(Ack, 1001, 5001), Tcp(Syn, 20_000, 0));
        yield return new Conversation(Name("tcp refused", v6), Packet(v6))
            .Client(Tcp(Syn, 1000, 0)).Server(Tcp(Rst | Ack, 0, 1001)).Client(Tcp(Syn, 1000, 0), Tcp(Syn, 3000, 0));
        yield return new Conversation(Name("tcp picked up", v6), Packet(v6))
            .Client(Tcp(Ack, 700_000, 300_000, 30)).Server(Tcp(Ack, 300_000, 700_030, 40)).Client(Tcp(Ack, 700_030, 300_040, 10))
            .Server(Tcp(Fin | Ack, 300_040, 700_040)).Client(Tcp(Fin | Ack, 700_040, 300_041)).Server(Tcp(Ack, 300_041, 700_041));
        yield return new Conversation(Name("tcp odd flags", v6), Packet(v6))
            .Client(Tcp(Syn | Ack, 1, 1), Tcp(TcpFlags.None, 1, 1), Tcp(Fin, 1, 1), Tcp(Syn | Fin, 1, 1), Tcp(Syn | Rst, 1, 1),
                Tcp(Psh, 1, 1), Tcp(Rst, 1, 1), Tcp(Syn | TcpFlags.Ece | TcpFlags.Cwr, 1, 0));
        yield return Open(new Conversation(Name("tcp out of window", v6), Packet(v6)))
            .Client(Tcp(Ack, 20_000, 5001, 10), Tcp(Ack, 1001 + 8100, 5001, 93)).Server(Tcp(Ack, 5001, 300_000), Tcp(Ack, 4000, 1001, 10))
            .Server(Tcp(Ack, 5001, 1001, 10, 0)).Client(Tcp(Ack, 1001, 5011, 1), Tcp(Ack, 1002, 5011, 1));
        yield return new Conversation(Name("tcp both open", v6), Packet(v6))
            .Client(Tcp(Syn, 1000, 0)).Server(Tcp(Syn, 5000, 0)).Client(Tcp(Syn | Ack, 1000, 5001)).Server(Tcp(Syn | Ack, 5000, 1001))
            .Client(Tcp(Ack, 1001, 5001, 20));
        yield return Open(new Conversation(Name("tcp reopened", v6), Packet(v6)))
            .Server(Tcp(Fin | Ack, 5001, 1001)).Client(Tcp(Fin | Ack, 1001, 5002)).Server(Tcp(Ack, 5002, 1002))
            .Server(Tcp(Syn, 900_000, 0)).Client(Tcp(Syn | Ack, 800_000, 900_001));
        yield return Open(new Conversation(Name("tcp tagged and padded", v6), Packet(v6) with { Vlan = 0x2005, Padding = 9 }))
            .Client(Tcp(Ack, 1001, 5001, 3)).Server(Tcp(Ack, 5001, 1004, 2));
        yield return Open(new Conversation(Name("tcp times", v6), Packet(v6)))
            .Wait(5_000).Client(Tcp(Ack, 1001, 5001, 1)).Wait(9_000).Client(Tcp(Fin | Ack, 1002, 5001))
            .Wait(2_000).Server(Tcp(Ack, 5001, 1003));
    }

    public static IEnumerable<Conversation> Datagrams(bool v6)
    {
        var udp = Packet(v6, IpProtocol.Udp) with { Payload = Bytes(20) };
        yield return new Conversation(Name("udp", v6), udp).Client(p => p, p => p).Server(p => p, Data(900)).Client(p => p).Server(p => p);
        yield return new Conversation(Name("udp without checksum", v6), udp with { WithoutUdpChecksum = true, SourcePort = 300 })
            .Client(p => p).Server(p => p).Client(p => p);
        yield return new Conversation(Name("udp low ports", v6), udp with { SourcePort = 700, DestinationPort = 53 })
            .Client(p => p).Server(p => p);
        yield return new Conversation(Name("udp tftp and ftp ports", v6), udp with { DestinationPort = 69 }).Client(p => p).Server(p => p);
        yield return new Conversation(Name("udp port 0", v6), udp with { SourcePort = 0 }).Client(p => p).Server(p => p);
        yield return new Conversation(Name("udp forgotten", v6), udp)
            .Client(p => p).Wait(61_000).Server(p => p).Client(p => p).Server(p => p);
        yield return new Conversation(Name("other protocol", v6), Packet(v6, 99) with { Payload = Bytes(40) })
            .Client(p => p).Server(p => p).Client(p => p);
        yield return new Conversation(Name("gre", v6), Packet(v6, IpProtocol.Gre) with { Payload = Bytes(40) })
            .Client(p => p).Server(p => p);
        byte question = v6 ? (byte)128 : (byte)8, answer = v6 ? (byte)129 : (byte)0;
        var ping = Packet(v6, v6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp) with { IcmpType = question, Payload = Bytes(16) };
        yield return new Conversation(Name("ping", v6), ping)
            .Server(p => p with { IcmpType = answer }).Client(p => p, p => p with { IcmpRest = 0x1234_0002 })
            .Server(p => p with { IcmpType = answer }, p => p with { IcmpType = answer, IcmpRest = 0x9999_0001 })
            .Client(p => p with { IcmpCode = 1 }, p => p with { IcmpType = 200 }, p => p);
        if (v6) yield break;
        yield return new Conversation("timestamp", ping with { IcmpType = 13 }).Client(p => p).Server(p => p with { IcmpType = 14 });
        yield return new Conversation("information", ping with { IcmpType = 15 }).Client(p => p).Server(p => p with { IcmpType = 16 });
    }

    public static IEnumerable<Conversation> Errors(bool v6)
    {
        byte unreachable = v6 ? (byte)1 : (byte)3, exceeded = v6 ? (byte)3 : (byte)11;
        var router = v6 ? "fd00::99" : "10.0.0.99";
        yield return Open(new Conversation(Name("error about tcp", v6), Packet(v6)))
            .Client(Tcp(Ack, 1001, 5001, 200)).ServerError(unreachable, 1).ServerError(exceeded, 0, router: router)
            .Client(Tcp(Ack, 1001, 5001, 200)).Server(Tcp(Ack, 5001, 1201, 30)).ClientError(unreachable, 3);
        yield return new Conversation(Name("error about udp", v6), Packet(v6, IpProtocol.Udp) with { Payload = Bytes(30) })
            .Client(p => p).ServerError(unreachable, 3).Client(p => p).ServerError(unreachable, 4, router: router)
            .Client(p => p).Server(p => p).ClientError(exceeded, 1);
        yield return new Conversation(Name("error about nothing known", v6), Packet(v6)).ServerError(unreachable, 1).Client(Tcp(Syn, 1, 0));
        yield return new Conversation(Name("error cut short", v6), Packet(v6, IpProtocol.Udp) with { Payload = Bytes(100) })
            .Client(p => p).ServerError(unreachable, 3, v6 ? 48 : 28).Client(p => p).ServerError(unreachable, 3, v6 ? 44 : 24)
            .Client(p => p).ServerError(unreachable, 3, 12);
        yield return Open(new Conversation(Name("error cut in tcp", v6), Packet(v6)))
            .Client(Tcp(Ack, 1001, 5001, 50)).ServerError(unreachable, 3, v6 ? 48 : 28)
            .Client(Tcp(Ack, 1001, 5001, 50)).ServerError(unreachable, 3, v6 ? 60 : 40);
        byte question = v6 ? (byte)128 : (byte)8;
        var ping = Packet(v6, v6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp) with { IcmpType = question };
        yield return new Conversation(Name("error about ping", v6), ping)
            .Client(p => p).ServerError(unreachable, 1).Client(p => p).ServerError(exceeded, 0, router: router);
    }

    public static IEnumerable<Conversation> Damaged(bool v6)
    {
        yield return new Conversation(Name("tcp damaged", v6), Packet(v6))
            .Client(p => Tcp(Syn, 1000, 0)(p) with { Damage = 1 }, Tcp(Syn, 1000, 0))
            .Server(p => Tcp(Syn | Ack, 5000, 1001)(p) with { Damage = 7 }, Tcp(Syn | Ack, 5000, 1001));
        yield return new Conversation(Name("udp damaged", v6), Packet(v6, IpProtocol.Udp) with { Payload = Bytes(10) })
            .Client(p => p with { Damage = 1 }, p => p).Server(p => p with { Damage = 2 }, p => p);
        var whole = (Packet(v6) with { Payload = Bytes(60) }).Build();
        yield return new Conversation(Name("cut short", v6), Packet(v6))
            .From(1, whole[..^10], whole[..(v6 ? 60 : 40)], whole[..(v6 ? 50 : 30)], whole[..14], whole);
        var broken = (Packet(v6) with { Flags = Syn }).Build();
        broken[v6 ? 20 : 24] ^= 0x55;
        yield return new Conversation(Name("header damaged", v6), Packet(v6)).From(1, broken);
    }

    public static IEnumerable<Conversation> Fragmented(bool v6)
    {
        int[] sizes = [1448, 1448];
        var udp = Packet(v6, IpProtocol.Udp) with { Payload = Bytes(3500) };
        TestPacket Next() => udp with { Id = ++s_id };
        Conversation Talk(string what, params int[] order)
        {
            var pieces = Next().Fragments(sizes);
            return new Conversation(Name("fragments " + what, v6), udp).From(1, [.. order.Select(i => pieces[i])]);
        }

        yield return Talk("in order", 0, 1, 2)
            .ServerFragments(p => p with { Id = ++s_id }, sizes, 0, 1, 2).From(1, Next().Fragments(sizes));
        yield return Talk("backwards", 2, 1, 0).ServerFragments(p => p with { Id = ++s_id }, sizes, 2, 0, 1);
        yield return Talk("doubled", 0, 0, 1, 1, 2);
        yield return Talk("first late", 1, 2, 0);
        var other = (Packet(v6, IpProtocol.Udp) with { SourcePort = 999 }).Build();
        yield return Talk("missing", 0, 2).Wait(16_000).From(1, other).Wait(30_000);
        yield return Talk("too late", 0, 1).Wait(26_000).From(1, other).Wait(30_000);
        var small = Packet(v6, IpProtocol.Udp) with { Payload = Bytes(800) };
        yield return new Conversation(Name("fragments small", v6), udp).From(1, small.Fragments(400));
        var tcp = Packet(v6) with { Flags = Syn, Payload = Bytes(2800) };
        yield return new Conversation(Name("fragments of tcp", v6), tcp).From(1, tcp.Fragments(1400, 1400))
            .Server(Tcp(Syn | Ack, 5000, 3801));
        var damaged = (Next() with { Damage = 3 }).Fragments(sizes);
        yield return new Conversation(Name("fragments damaged", v6), udp).From(1, damaged);
        var ping = Packet(v6, v6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp) with { IcmpType = v6 ? (byte)128 : (byte)8, Payload = Bytes(2900) };
        yield return new Conversation(Name("fragments of ping", v6), ping).From(1, ping.Fragments(1448, 1448));
    }

    /// <summary>Many flows from one port, for whatever spreads, counts or copies.</summary>
    public static Conversation Many(string name, int count, bool v6, byte proto, int size = 30)
    {
        var talk = new Conversation(Name(name, v6), Packet(v6, proto));
        for (var i = 0; i < count; i++)
        {
            var packet = Packet(v6, proto) with
            {
                SourcePort = (ushort)(3000 + 17 * i), DestinationPort = (ushort)(80 + i % 3), Flags = Syn, Payload = Bytes(size + i),
                Source = IpAddress.Parse(v6 ? $"fd00::{i + 1:x}" : $"10.0.{i % 4}.{i + 1}"), EthSource = 0x0200_0000_0100UL + (ulong)i,
            };
            talk.From(1, packet.Build());
        }

        return talk;
    }
}
