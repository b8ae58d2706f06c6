using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Address translation: choosing a tuple for a new connection, and rewriting packets.</summary>
public sealed partial class ConnectionTracker
{
    private const ushort FirstEphemeralPort = 1024;

    /// <summary>OVS: <c>nat_get_unique_l4</c>, tries before another place in the range is tried.</summary>
    private const int MaxAttempts = 128;
    private const int MinAttempts = 16;

    /// <summary>A range of ports and where to begin in it; the beginning may lie outside, and is then tried first.</summary>
    private readonly record struct PortRange(ushort Current, ushort Min, ushort Max);

    /// <summary>Unless the packet has been translated in this zone already.</summary>
    private static void Translate(
        Span<byte> frame, in TrackedPacket packet, ref ConntrackMetadata metadata, Connection connection, ushort zone, bool isReply,
        bool isRelated)
    {
        const byte translated = (byte)(CtState.SourceNat | CtState.DestinationNat);
        if (connection.Nat == NatActions.None || ((metadata.State & translated) != 0 && zone == metadata.Zone)) return;
        metadata.State = (byte)(metadata.State & ~translated);
        TranslatePacket(frame, in packet, ref metadata, connection, isReply, isRelated);
    }

    private static void TranslatePacket(
        Span<byte> frame, in TrackedPacket packet, ref ConntrackMetadata metadata, Connection connection, bool isReply, bool isRelated)
    {
        ref readonly var key = ref isReply ? ref connection.Key : ref connection.ReverseKey;
        var actions = isReply ? Opposite(connection.Nat) : connection.Nat;
        if ((actions & NatActions.Source) != 0) metadata.State |= (byte)CtState.SourceNat;
        else if ((actions & NatActions.Destination) != 0) metadata.State |= (byte)CtState.DestinationNat;
        else return;

        metadata.Connection = null;
        PacketTranslator.SetAddress(frame, in packet, in key, actions);
        if (isRelated) PacketTranslator.TranslateReported(frame, in packet, in key, Opposite(actions));
        else PacketTranslator.SetPorts(frame, packet.Layer4, in key);
    }

    private static NatActions Opposite(NatActions actions)
    {
        if ((actions & NatActions.Source) != 0) return (actions & ~NatActions.Source) | NatActions.Destination;
        return (actions & NatActions.Destination) != 0 ? (actions & ~NatActions.Destination) | NatActions.Source : actions;
    }

    /// <summary>
    /// Gives the connection a reply tuple that no other has (OVS: <c>nat_get_unique_tuple</c>); false when none was found, which leaves
    /// nothing behind.
    /// </summary>
    private bool TryChooseTuple(Connection connection, NatRange range, long nowMs)
    {
        ref readonly var key = ref connection.Key;
        var hash = RangeHash(in key, range);
        var hasPorts = key.Proto is IpProtocol.Tcp or IpProtocol.Udp;
        var sourcePorts = SourcePorts(in key, range, hash);
        var destinationPorts = DestinationPorts(in key, range, hash);
        if (hasPorts)
        {
            connection.ReverseKey.Source.Port = destinationPorts.Current;
            connection.ReverseKey.Destination.Port = sourcePorts.Current;
        }

        var address = ChooseAddress(in key, range, hash);
        if ((range.Actions & NatActions.Source) != 0) connection.ReverseKey.Destination.SetAddress(address);
        else connection.ReverseKey.Source.SetAddress(address);

        if (!hasPorts) return _table.Find(in connection.ReverseKey, nowMs) is null;
        if ((range.Actions & NatActions.DestinationPort) != 0
            && TryChoosePort(connection, ref connection.ReverseKey.Source.Port, destinationPorts, nowMs)) return true;
        return TryChoosePort(connection, ref connection.ReverseKey.Destination.Port, sourcePorts, nowMs);
    }

    /// <summary>A source port keeps its class (below 512, below 1024, the rest) unless the action names a range for it.</summary>
    private static PortRange SourcePorts(in ConnectionKey key, NatRange range, uint hash)
    {
        const NatActions both = NatActions.Source | NatActions.SourcePort;
        if ((range.Actions & both) == NatActions.Source || (range.Actions & NatActions.Destination) != 0)
        {
            var current = key.Source.Port;
            return current switch
            {
                < 512 => new PortRange(current, 1, 511),
                < FirstEphemeralPort => new PortRange(current, 600, 1023),
                _ => new PortRange(current, FirstEphemeralPort, ushort.MaxValue),
            };
        }

        return InRange(range, hash);
    }

    private static PortRange DestinationPorts(in ConnectionKey key, NatRange range, uint hash) =>
        (range.Actions & NatActions.DestinationPort) != 0
            ? InRange(range, hash)
            : new PortRange(key.Destination.Port, key.Destination.Port, key.Destination.Port);

    private static PortRange InRange(NatRange range, uint hash) =>
        new((ushort)(range.PortLow + hash % (uint)Math.Max(1, range.PortHigh - range.PortLow + 1)), range.PortLow, range.PortHigh);

    private static UInt128 ChooseAddress(in ConnectionKey key, NatRange range, uint hash)
    {
        if (range.Low == 0)
        {
            if ((range.Actions & NatActions.Source) != 0) return key.Source.Address;
            return (range.Actions & NatActions.Destination) != 0 ? key.Destination.Address : 0;
        }

        // At most 2³² − 1 addresses are told apart, as in OVS.
        var span = range.High >= range.Low ? range.High - range.Low : 0;
        var count = span > 0xffff_fffe ? 0xffff_ffffUL : (ulong)span + 1;
        return range.Low + hash % count;
    }

    private bool TryChoosePort(Connection connection, ref ushort port, PortRange range, long nowMs)
    {
        var size = (ushort)(range.Max - range.Min + 1);
        var attempts = Math.Min((int)size, MaxAttempts);
        var current = range.Current;
        while (true)
        {
            var left = IsIn(current, range) ? range.Max - range.Min + 1 : range.Max - range.Min + 2;
            for (var i = 0; i < attempts && left > 0; i++, left--)
            {
                port = current;
                if (_table.Find(in connection.ReverseKey, nowMs) is null) return true;
                current = !IsIn(current, range) || current == range.Max ? range.Min : (ushort)(current + 1);
            }

            if (attempts >= size || attempts < MinAttempts) break;
            attempts /= 2;
            current = (ushort)(range.Min + Next() % size);
        }

        port = range.Current;
        return false;
    }

    private static bool IsIn(ushort port, PortRange range) => port >= range.Min && port <= range.Max;

    private uint RangeHash(in ConnectionKey key, NatRange range)
    {
        ulong state = Seed;
        state = KeyMix.Add(KeyMix.Add(state, (ulong)(range.Low >> 64)), (ulong)range.Low);
        state = KeyMix.Add(KeyMix.Add(state, (ulong)(range.High >> 64)), (ulong)range.High);
        state = KeyMix.Add(state, (ulong)range.PortHigh << 16 | range.PortLow);
        state = KeyMix.Add(KeyMix.Add(state, key.Source.Hash(Seed)), key.Destination.Hash(~Seed));
        return KeyMix.Finish(KeyMix.Add(state, (ulong)key.EthType << 32 | (ulong)key.Zone << 16 | key.Proto));
    }

    private uint Next() => KeyMix.Finish(KeyMix.Add(_random += 0x9e37_79b9_7f4a_7c15, Seed));
}
