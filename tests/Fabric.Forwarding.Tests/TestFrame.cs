using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Forwarding.Tests;

/// <summary>Ethernet frames between hosts that are named by one letter, with or without tags.</summary>
internal static class TestFrame
{
    private const int DefaultSize = 100;

    /// <summary>The address of a host; <c>*</c> is all.</summary>
    public static MacAddress Mac(char host) => host == '*' ? MacAddress.Broadcast : new MacAddress(0x0600_0000_0000UL | host);

    /// <summary>A frame with these tags, the outermost first. Hosts and size are seen in it at the other end.</summary>
    public static byte[] Of(char from, char to, int size = DefaultSize, params ReadOnlySpan<(ushort Type, ushort Tci)> tags)
    {
        var frame = new byte[size];
        Mac(to).Write(frame);
        Mac(from).Write(frame.AsSpan(6));
        var at = 12;
        foreach (var (type, tci) in tags)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), type);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at + 2), tci);
            at += 4;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), 0x88b5);
        return frame;
    }

    public static byte[] Tagged(char from, char to, ushort vlan, byte priority = 0) =>
        Of(from, to, DefaultSize, (EtherType.Vlan, (ushort)(vlan | priority << 13)));

    /// <summary>A gratuitous ARP request: the host says where it is.</summary>
    public static byte[] Announcement(char host)
    {
        var frame = new byte[60];
        Mac('*').Write(frame);
        Mac(host).Write(frame.AsSpan(6));
        byte[] arp = [0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1];
        arp.CopyTo(frame.AsSpan(12));
        Mac(host).Write(frame.AsSpan(22));
        new Ipv4Address(0x0a00_0000u | host).Write(frame.AsSpan(28));
        new Ipv4Address(0x0a00_0000u | host).Write(frame.AsSpan(38));
        return frame;
    }

    /// <summary>"A&gt;B" with the tags, and the size when it is not the usual one.</summary>
    public static string Describe(ReadOnlySpan<byte> frame)
    {
        var tags = "";
        var at = 12;
        for (; EtherType.IsVlan(BinaryPrimitives.ReadUInt16BigEndian(frame[at..])); at += 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) == EtherType.Vlan ? "" : "s";
            var tci = BinaryPrimitives.ReadUInt16BigEndian(frame[(at + 2)..]);
            tags += $"[{type}{tci & 0xfff}{(tci >> 13 == 0 ? "" : $"p{tci >> 13}")}]";
        }

        // Tags put on or taken off are told already.
        var size = Math.Abs(frame.Length - DefaultSize) is 0 or 4 or 8 ? "" : $"({frame.Length})";
        return $"{Host(MacAddress.Read(frame[6..]))}>{Host(MacAddress.Read(frame))}{tags}{size}";
    }

    private static char Host(MacAddress mac) => mac.IsBroadcast ? '*' : (char)(mac.Value & 0xff);
}
