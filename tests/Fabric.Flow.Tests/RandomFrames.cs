using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Flow.Tests;

/// <summary>Random frames that mostly make sense, so that deep parsing is reached, with a few wrong lengths and bits.</summary>
internal sealed class RandomFrames(Random random)
{
    private readonly List<byte> _bytes = [];

    public byte[] Next()
    {
        _bytes.Clear();
        Random(12);
        var tags = random.Next(8) switch { 0 => 1, 1 => 2, 2 => 3, _ => 0 };
        for (var i = 0; i < tags; i++)
        {
            Put16(random.Next(2) == 0 ? 0x8100 : 0x88a8);
            Random(2);
        }

        switch (random.Next(12))
        {
            case 0: Arp(); break;
            case 1: Mpls(); break;
            case 2: Llc(); break;
            case 3: Put16(random.Next(65536)); Random(random.Next(60)); break;
            case 4 or 5 or 6 or 7: Ipv6(); break;
            default: Ipv4(); break;
        }

        if (random.Next(3) == 0) Random(random.Next(20));
        if (random.Next(8) == 0) _bytes[random.Next(_bytes.Count)] ^= (byte)(1 << random.Next(8));
        return [.. _bytes];
    }

    private void Random(int count)
    {
        for (var i = 0; i < count; i++) _bytes.Add(random.Next(4) == 0 ? (byte)0 : (byte)random.Next(256));
    }

    private void Put16(int value)
    {
        _bytes.Add((byte)(value >> 8));
        _bytes.Add((byte)value);
    }

    private void Arp()
    {
        Put16(random.Next(5) == 0 ? 0x8035 : 0x0806);
        Put16(random.Next(10) == 0 ? 2 : 1);
        Put16(0x0800);
        _bytes.Add(6);
        _bytes.Add(4);
        Put16(random.Next(6) == 0 ? random.Next(65536) : random.Next(1, 4));
        Random(20);
    }

    private void Mpls()
    {
        Put16(random.Next(2) == 0 ? 0x8847 : 0x8848);
        for (var labels = random.Next(1, 6); labels > 0; labels--)
        {
            Random(2);
            _bytes.Add((byte)(random.Next(256) & 0xfe | (labels == 1 && random.Next(4) != 0 ? 1 : 0)));
            Random(1);
        }

        Random(random.Next(10));
    }

    private void Llc()
    {
        Put16(random.Next(0x600));
        if (random.Next(4) == 0)
        {
            Random(random.Next(12));
            return;
        }

        _bytes.AddRange([0xaa, 0xaa, 3, 0, 0, (byte)(random.Next(5) == 0 ? 1 : 0)]);
        if (random.Next(4) == 0) Put16(random.Next(0x600));
        else
        {
            Put16(0x0800);
            Ipv4Header();
        }
    }

    private void Ipv4()
    {
        Put16(0x0800);
        Ipv4Header();
    }

    private void Ipv4Header()
    {
        var start = _bytes.Count;
        var words = random.Next(5) == 0 ? random.Next(4, 16) : 5;
        byte[] protos = [1, 2, 6, 17, 58, 132, 47];
        var proto = random.Next(10) == 0 ? (byte)random.Next(256) : protos[random.Next(protos.Length)];
        _bytes.Add((byte)(0x40 | words));
        Random(1);
        Put16(0);
        Random(2);
        Put16(random.Next(5) switch { 0 => 0x2000, 1 => random.Next(65536), 2 => 0x4000, _ => 0 });
        Random(1);
        _bytes.Add(proto);
        Random(2 + 8 + Math.Max(0, words - 5) * 4);
        Transport(proto);
        var size = _bytes.Count - start + (random.Next(15) == 0 ? random.Next(-30, 5) : 0);
        SetLength(start + 2, size);
    }

    private void SetLength(int at, int size) =>
        BinaryPrimitives.WriteUInt16BigEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[at..],
            (ushort)Math.Max(0, size));

    private void Ipv6()
    {
        Put16(0x86dd);
        var start = _bytes.Count;
        _bytes.Add((byte)(0x60 | random.Next(16)));
        Random(3);
        Put16(0);
        byte[] kinds = [0, 43, 44, 51, 60, 6, 17, 58, 58, 132, 59, 1];
        var next = kinds[random.Next(kinds.Length)];
        _bytes.Add(next);
        Random(33);
        for (var i = 0; i < 4 && next is 0 or 43 or 44 or 51 or 60; i++)
        {
            var following = kinds[random.Next(kinds.Length)];
            Extension(next, following);
            next = following;
        }

        Transport(next);
        SetLength(start + 4, _bytes.Count - start - 40 + (random.Next(15) == 0 ? random.Next(-30, 5) : 0));
    }

    private void Extension(byte kind, byte following)
    {
        _bytes.Add(following);
        if (kind == 44)
        {
            _bytes.Add(0);
            Put16(random.Next(4) switch { 0 => 0, 1 => 1, 2 => random.Next(65536), _ => 8 });
            Random(4);
            return;
        }

        var length = random.Next(3);
        _bytes.Add((byte)length);
        Random(kind == 51 ? (length + 2) * 4 - 2 : (length + 1) * 8 - 2);
    }

    private void Transport(byte proto)
    {
        switch (proto)
        {
            case 6:
                Random(12);
                _bytes.Add((byte)(random.Next(6) == 0 ? random.Next(256) : 0x50 | random.Next(16)));
                Random(7 + random.Next(20));
                break;
            case 58 when random.Next(2) == 0: Neighbour(); break;
            default: Random(random.Next(24)); break;
        }
    }

    private void Neighbour()
    {
        _bytes.Add((byte)random.Next(134, 138));
        _bytes.Add((byte)(random.Next(8) == 0 ? 1 : 0));
        Random(2 + 4 + 16);
        for (var options = random.Next(4); options > 0; options--)
        {
            _bytes.Add((byte)random.Next(1, 4));
            var length = random.Next(6) == 0 ? random.Next(4) : 1;
            _bytes.Add((byte)length);
            Random(Math.Max(6, length * 8 - 2));
        }
    }

    public void Metadata(ref PacketMetadata metadata)
    {
        metadata = default;
        metadata.InPort = (uint)random.Next();
        if (random.Next(3) == 0) metadata.RecircId = (uint)random.Next();
        if (random.Next(3) == 0) metadata.DpHash = (uint)random.Next();
        if (random.Next(3) == 0) metadata.SkbMark = (uint)random.Next();
        if (random.Next(3) == 0) metadata.SkbPriority = (uint)random.Next();
        if (random.Next(2) == 0) return;
        ref var t = ref metadata.Tunnel;
        t.IsPresent = true;
        t.IsIpv6 = random.Next(3) == 0;
        t.Id = (ulong)random.NextInt64();
        t.Flags = (TunnelFlags)random.Next(16);
        t.Source = new Ipv4Address((uint)random.Next());
        t.Destination = new Ipv4Address((uint)random.Next());
        t.SourceV6 = new Ipv6Address((ulong)random.NextInt64(), 1);
        t.DestinationV6 = new Ipv6Address((ulong)random.NextInt64(), 2);
        t.Tos = (byte)random.Next(256);
        t.Ttl = (byte)random.Next(256);
        t.SourcePort = (ushort)random.Next(65536);
        t.DestinationPort = (ushort)random.Next(65536);
        if (random.Next(3) == 0) (t.GbpId, t.GbpFlags) = ((ushort)random.Next(65536), (byte)random.Next(256));
        if (random.Next(2) != 0) return;
        t.OptionsSize = (byte)(random.Next(64) * 4);
        random.NextBytes(t.Options);
    }
}
