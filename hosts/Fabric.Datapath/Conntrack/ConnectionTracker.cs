using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Connection tracking with address translation, as OVS's userspace datapath does it (<c>lib/conntrack.c</c>): each packet sent through
/// <c>ct</c> learns what it is to its connection, and may commit it, mark it, and have its addresses and ports translated.
/// <para>The rules are OVS's, also where they surprise, because a rule set written for it must do the same here: a connection counts as
/// established for UDP when both ends have spoken; an expired connection's translation occupies its tuple until a sweep; a second <c>ct</c>
/// in one zone takes the first one's finding over unless headers changed in between.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>C1: no two live connections of a zone have the same original or the same reply tuple, with and without translation.</item>
/// <item>C2: translating a packet and the answer to it gives each end the addresses it knows.</item>
/// <item>C3: a packet that is damaged, or no part of any sensible connection, is <c>inv|trk</c> and changes nothing.</item>
/// <item>C4: connections are bounded, in all and per zone; what does not fit is not committed, and counted.</item>
/// <item>C5: nothing but a commit makes a connection, and nothing but its time-out, a flush or a forced commit ends one.</item>
/// <item>C6: a packet of an established connection allocates nothing.</item>
/// </list>
/// <para>Not modelled: application gateways (FTP, TFTP): <c>helper=</c> is accepted and has no effect.</para>
/// </summary>
public sealed partial class ConnectionTracker
{
    /// <summary>OVS: <c>DEFAULT_N_CONN_LIMIT</c>.</summary>
    public const uint DefaultMaxConnections = 3_000_000;

    private const ushort FtpPort = 21, TftpPort = 69;

    private static readonly ConnectionKey NoKey = default;

    private readonly ConnectionTable _table;
    private readonly List<Connection> _connections = [];
    private readonly Dictionary<uint, CtTimeouts> _policies = [];
    private ulong _random;
    private int _sweepCursor;

    public ConnectionTracker(uint seed)
    {
        Seed = seed;
        _table = new ConnectionTable(seed);
        _random = seed;
    }

    /// <summary>Of hashes and of the second and later choices of a port.</summary>
    public uint Seed { get; }

    /// <summary>Connections in the table, expired ones that no sweep has met included (OVS: <c>n_conn</c>).</summary>
    public int Count => _connections.Count;

    public uint MaxConnections { get; set; } = DefaultMaxConnections;

    /// <summary>False lets segments outside of the window pass as valid.</summary>
    public bool ChecksTcpSequence { get; set; } = true;

    /// <summary>Commits refused because <see cref="MaxConnections"/> or a zone's limit was reached.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>Commits refused because no free tuple was found for translation.</summary>
    public long ExhaustedCount { get; private set; }

    /// <summary>Packets found invalid.</summary>
    public long InvalidCount { get; private set; }

    /// <summary>
    /// Does <c>ct(…)</c> to a packet: its bytes may be translated, and its findings are put into <paramref name="metadata"/>.
    /// </summary>
    public void Track(Span<byte> frame, ref ConntrackMetadata metadata, CtOperand ct, long nowMs)
    {
        var packet = TrackedPacket.Of(frame);
        Track(frame, in packet, ref metadata, ct, nowMs);
    }

    /// <param name="packet">Where the headers are: for a packet put together of fragments its own lengths do not say.</param>
    internal void Track(Span<byte> frame, in TrackedPacket packet, ref ConntrackMetadata metadata, CtOperand ct, long nowMs)
    {
        if (metadata.State == (byte)CtState.Invalid)
        {
            // Fragments that cannot become a packet come marked like this.
            Tell(ref metadata, ct.Zone, null, in NoKey);
            return;
        }

        if (metadata.Connection is Connection { IsGone: false } known && known.Key.Zone == ct.Zone && !ct.IsForced
            && !MayNeedGateway(frame, in packet))
        {
            TrackKnown(frame, in packet, ref metadata, ct, known);
            return;
        }

        var lookup = default(Lookup);
        if (!ConnectionKeyReader.TryRead(frame, in packet, ct.Zone, ref lookup.Key, out lookup.IsRelated))
        {
            InvalidCount++;
            metadata.State = (byte)CtState.Invalid;
            Tell(ref metadata, ct.Zone, null, in NoKey);
            return;
        }

        lookup.Hash = _table.HashOf(in lookup.Key);
        TrackUnknown(frame, in packet, ref lookup, ref metadata, ct, nowMs);
        if ((metadata.State & (byte)CtState.Invalid) != 0) InvalidCount++;
    }

    private struct Lookup
    {
        public ConnectionKey Key;
        public uint Hash;
        public Connection? Connection;
        public bool IsReply;
        public bool IsRelated;
    }

    /// <summary>The connection was found by an earlier <c>ct</c> in this zone, and its state has seen this packet already.</summary>
    private static void TrackKnown(
        Span<byte> frame, in TrackedPacket packet, ref ConntrackMetadata metadata, CtOperand ct, Connection known)
    {
        if (ct.Nat is not null)
        {
            Translate(frame, in packet, ref metadata, known, ct.Zone, metadata.IsReply, metadata.IsRelated);
            metadata.Connection = null;
        }

        metadata.Zone = ct.Zone;
        metadata.Mark = known.Mark;
        metadata.Label = known.Label;
        Mark(ref metadata, ct, known);
    }

    private void TrackUnknown(
        Span<byte> frame, in TrackedPacket packet, ref Lookup lookup, ref ConntrackMetadata metadata, CtOperand ct, long nowMs)
    {
        if (metadata.State != 0 && metadata.Zone != ct.Zone) metadata.State = 0;
        const byte translated = (byte)(CtState.SourceNat | CtState.DestinationNat);
        Find(ref lookup, (metadata.State & translated) != 0, nowMs);
        var connection = lookup.Connection;
        if (ct.IsForced && lookup.IsReply && connection is not null)
        {
            if (_table.Find(in connection.Key, nowMs) is not null) connection.ExpiresMs = 0;
            connection = null;
        }

        if (connection is { IsTranslation: true })
        {
            lookup.IsReply = true;
            var hash = _table.HashOf(in connection.ReverseKey);
            connection = _table.Find(in lookup.Key, hash, nowMs, out lookup.IsReply);
            if (connection is { IsTranslation: true } twin)
            {
                // A translation that changed nothing lies in one chain with its connection and may be met first; OVS 3.1 aborts here.
                connection = twin.Translation!.IsExpired(nowMs) ? null : twin.Translation;
                lookup.IsReply = true;
            }

            if (connection is null)
            {
                metadata.State |= (byte)CtState.Invalid;
                Tell(ref metadata, ct.Zone, null, in NoKey);
                return;
            }
        }

        var creates = false;
        if (connection is not null)
        {
            creates = UpdateState(frame, in packet, in lookup, ref metadata, connection, nowMs);
            if (ct.Nat is not null && !creates)
                Translate(frame, in packet, ref metadata, connection, ct.Zone, lookup.IsReply, lookup.IsRelated);
        }
        else if (FindByOriginalTuple(in lookup, ref metadata, ct, nowMs) is { } original)
        {
            connection = original;
            creates = UpdateState(frame, in packet, in lookup, ref metadata, connection, nowMs);
        }
        else if (lookup.IsRelated)
        {
            metadata.State = (byte)CtState.Invalid;
        }
        else
        {
            creates = true;
        }

        if (creates && _table.Find(in lookup.Key, nowMs) is null)
            connection = Begin(frame, in packet, ref lookup, ref metadata, ct, nowMs);
        Tell(ref metadata, ct.Zone, connection, in lookup.Key);
        if (connection is not null) Mark(ref metadata, ct, connection);
        Remember(ref metadata, ct, in lookup, connection);
    }

    private static void Remember(ref ConntrackMetadata metadata, CtOperand ct, in Lookup lookup, Connection? connection)
    {
        metadata.Connection = null;
        if (ct.Nat is not null) return;
        metadata.Connection = connection;
        metadata.IsReply = lookup.IsReply;
        metadata.IsRelated = lookup.IsRelated;
    }

    /// <summary>A packet whose addresses were translated before is looked up by what its answer would be.</summary>
    private void Find(ref Lookup lookup, bool isTranslated, long nowMs)
    {
        if (isTranslated) lookup.Key = lookup.Key.Reversed;
        lookup.Connection = _table.Find(in lookup.Key, lookup.Hash, nowMs, out lookup.IsReply);
        if (!isTranslated) return;
        if (lookup.Connection is null)
        {
            lookup.Key = lookup.Key.Reversed;
            return;
        }

        lookup.IsReply = !lookup.IsReply;
        lookup.Key = lookup.IsReply ? lookup.Connection.ReverseKey : lookup.Connection.Key;
        lookup.Hash = _table.HashOf(in lookup.Key);
    }

    /// <summary>
    /// A translated packet from which the metadata still names the connection it belonged to before (OVS: <c>check_orig_tuple</c>).
    /// </summary>
    private Connection? FindByOriginalTuple(in Lookup lookup, ref ConntrackMetadata metadata, CtOperand ct, long nowMs)
    {
        const byte translated = (byte)(CtState.SourceNat | CtState.DestinationNat);
        if ((metadata.State & translated) == 0 || metadata.TupleProto == 0 || ct.Nat is not null) return null;
        if (metadata.IsTupleIpv6 == lookup.Key.IsIpv4) return null;
        var key = new ConnectionKey { EthType = lookup.Key.EthType, Zone = metadata.Zone, Proto = metadata.TupleProto };
        key.Source.SetAddress(metadata.Source);
        key.Destination.SetAddress(metadata.Destination);
        if (lookup.Key.Proto is IpProtocol.Icmp or IpProtocol.Icmpv6)
        {
            (key.Source.Port, key.Destination.Port) = (lookup.Key.Source.Port, lookup.Key.Destination.Port);
            key.Source.IcmpType = (byte)metadata.SourcePort;
            if (!IcmpTypes.TryReverse(lookup.Key.Proto, key.Source.IcmpType, out key.Destination.IcmpType)) return null;
        }
        else
        {
            (key.Source.Port, key.Destination.Port) = (metadata.SourcePort, metadata.DestinationPort);
        }

        return _table.Find(in key, nowMs);
    }

    /// <summary>True when the connection is over and the packet begins another.</summary>
    private bool UpdateState(
        ReadOnlySpan<byte> frame, in TrackedPacket packet, in Lookup lookup, ref ConntrackMetadata metadata, Connection connection,
        long nowMs)
    {
        var reply = lookup.IsReply ? (byte)CtState.Reply : (byte)0;
        if (lookup.IsRelated)
        {
            metadata.State |= (byte)((byte)CtState.Related | reply);
            return false;
        }

        switch (Update(frame, in packet, connection, lookup.IsReply, nowMs))
        {
            case UpdateResult.Valid:
                metadata.State = (byte)((metadata.State & ~(byte)CtState.New) | (byte)CtState.Established | reply);
                return false;
            case UpdateResult.Invalid:
                metadata.State = (byte)CtState.Invalid;
                return false;
            case UpdateResult.BeginsAnew:
                if (_table.Find(in connection.Key, nowMs) is not null) connection.ExpiresMs = 0;
                return true;
            default:
                metadata.State |= (byte)CtState.New;
                return false;
        }
    }

    private UpdateResult Update(ReadOnlySpan<byte> frame, in TrackedPacket packet, Connection connection, bool isReply, long nowMs)
    {
        switch (connection.Key.Proto)
        {
            case IpProtocol.Tcp:
                var tcp = frame[packet.Layer4..packet.End];
                var result = TcpTracker.Update(connection, tcp, isReply, ChecksTcpSequence, out var timeout);
                if (timeout is { } next) Prolong(connection, next, nowMs);
                return result;
            case IpProtocol.Icmp or IpProtocol.Icmpv6:
                if (isReply) connection.Conversation = ConversationState.BothWays;
                var isAnswered = connection.Conversation == ConversationState.BothWays;
                Prolong(connection, isAnswered ? CtTimeout.IcmpReply : CtTimeout.IcmpFirst, nowMs);
                return isAnswered ? UpdateResult.Valid : UpdateResult.ValidNew;
            default:
                if (isReply) connection.Conversation = ConversationState.BothWays;
                else if (connection.Conversation == ConversationState.First) connection.Conversation = ConversationState.Multiple;
                var isMutual = connection.Conversation == ConversationState.BothWays;
                Prolong(connection, isMutual ? CtTimeout.OtherBothWays : CtTimeout.OtherMultiple, nowMs);
                return isMutual ? UpdateResult.Valid : UpdateResult.ValidNew;
        }
    }

    /// <summary>A packet of no known connection: is it fit to begin one, and shall it?</summary>
    private Connection? Begin(
        Span<byte> frame, in TrackedPacket packet, ref Lookup lookup, ref ConntrackMetadata metadata, CtOperand ct, long nowMs)
    {
        var layer4 = frame[packet.Layer4..packet.End];
        var mayBegin = lookup.Key.Proto switch
        {
            IpProtocol.Tcp => TcpTracker.MayBegin(layer4),
            IpProtocol.Icmp or IpProtocol.Icmpv6 => layer4.Length > 0 && IcmpTypes.IsRequest(lookup.Key.Proto, layer4[0]),
            _ => true,
        };
        metadata.State = (byte)(mayBegin ? CtState.New : CtState.Invalid);
        if (!mayBegin || !ct.IsCommit) return null;

        var limit = LimitOf(lookup.Key.Zone);
        if (limit is not null && limit.Count >= limit.Limit || Count >= MaxConnections)
        {
            RefusedCount++;
            return null;
        }

        var connection = new Connection { Key = lookup.Key, ReverseKey = lookup.Key.Reversed, TimeoutPolicy = ct.TimeoutPolicy };
        var timeout = lookup.Key.Proto switch
        {
            IpProtocol.Tcp => TcpTracker.Begin(connection, layer4),
            IpProtocol.Icmp or IpProtocol.Icmpv6 => CtTimeout.IcmpFirst,
            _ => CtTimeout.OtherFirst,
        };
        Prolong(connection, timeout, nowMs);
        if (ct.Nat is { } range)
        {
            connection.Nat = range.Actions;
            if (!TryChooseTuple(connection, range, nowMs))
            {
                ExhaustedCount++;
                return null;
            }

            TranslatePacket(frame, in packet, ref metadata, connection, isReply: false, lookup.IsRelated);
            connection.Translation = new Connection
            {
                Key = connection.ReverseKey, ReverseKey = connection.Key, IsTranslation = true, Translation = connection,
            };
            _table.Add(connection.Translation);
        }

        _table.Add(connection);
        connection.SweepIndex = _connections.Count;
        _connections.Add(connection);
        connection.CountedBy = limit;
        if (limit is not null) limit.Count++;
        lookup.Connection = connection;
        return connection;
    }

    private void Prolong(Connection connection, CtTimeout which, long nowMs) =>
        connection.ExpiresMs = nowMs + _policies.GetValueOrDefault(connection.TimeoutPolicy, CtTimeouts.Default).Of(which) * 1000L;

    private static void Mark(ref ConntrackMetadata metadata, CtOperand ct, Connection connection)
    {
        if (ct.Mark is { } mark) connection.Mark = metadata.Mark = mark | (metadata.Mark & ~ct.MarkMask);
        if (ct.Label is { } label) connection.Label = metadata.Label = label | (metadata.Label & ~ct.LabelMask);
    }

    /// <summary>Puts the findings where the flow key takes them from (OVS: <c>write_ct_md</c>).</summary>
    private static void Tell(ref ConntrackMetadata metadata, ushort zone, Connection? connection, in ConnectionKey looked)
    {
        metadata.State |= (byte)CtState.Tracked;
        metadata.Zone = zone;
        metadata.Mark = connection?.Mark ?? 0;
        metadata.Label = connection?.Label ?? 0;
        ref readonly var key = ref connection is null ? ref looked : ref connection.Key;
        metadata.TupleProto = key.Proto;
        metadata.IsTupleIpv6 = key.EthType == EtherType.Ipv6;
        metadata.Source = key.Source.Address;
        metadata.Destination = key.Destination.Address;
        var isIcmp = key.Proto == (metadata.IsTupleIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);
        metadata.SourcePort = isIcmp ? key.Source.IcmpType : key.Source.Port;
        metadata.DestinationPort = isIcmp ? key.Source.IcmpCode : key.Destination.Port;
    }

    /// <summary>Control connections of FTP and TFTP are always looked up anew, since a gateway would have to see them.</summary>
    private static bool MayNeedGateway(ReadOnlySpan<byte> frame, in TrackedPacket packet)
    {
        if (packet.Layer4 < 0 || packet.End - packet.Layer4 < 4) return false;
        var proto = packet.EthType == EtherType.Ipv6 ? frame[packet.Layer3 + 6] : frame[packet.Layer3 + 9];
        var source = frame[packet.Layer4] << 8 | frame[packet.Layer4 + 1];
        var destination = frame[packet.Layer4 + 2] << 8 | frame[packet.Layer4 + 3];
        return proto == IpProtocol.Udp ? destination == TftpPort : proto == IpProtocol.Tcp && (source == FtpPort || destination == FtpPort);
    }
}
