using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Matches inside of messages: <see cref="MatchCodec"/> with the message's version, tunnel options and errors.</summary>
internal static class WireMatch
{
    private const ushort OxmType = 1;
    private const int OxmHeaderSize = 4;

    /// <summary>The match of OpenFlow 1.1 and later, with header and padding.</summary>
    /// <param name="into">Of a strict one: an empty match to be read into; null makes one.</param>
    public static bool TryReadOxm(ref WireReader reader, Decoding at, [NotNullWhen(true)] out Match? match, bool isLoose = false,
        bool isPipelineOnly = false, Match? into = null)
    {
        match = null;
        OpenFlowError error;
        if (!isLoose)
            return MatchCodec.TryRead(ref reader, at.Context.Options, out match, out error, into) || at.Refuse(error);
        var peek = reader;
        ushort type = peek.U16();
        int size = peek.U16();
        if (peek.IsExhausted || size < OxmHeaderSize) return at.Refuse(OpenFlowError.BmcBadLen);
        if (type != OxmType) return at.Refuse(OpenFlowError.BmcBadType);
        reader.Skip(OxmHeaderSize);
        var entries = reader.Bytes(size - OxmHeaderSize);
        reader.Skip(-size & 7);
        if (reader.IsExhausted) return at.Refuse(OpenFlowError.BmcBadLen);
        var rules = EntryRules.Loose | (isPipelineOnly ? EntryRules.PipelineOnly : EntryRules.Strict);
        return MatchCodec.TryReadEntries(entries, at.Context.Options, rules, out match, out _, out error) || at.Refuse(error);
    }

    /// <summary>Entries without a header around.</summary>
    public static bool TryReadRawOxm(ReadOnlySpan<byte> entries, Decoding at, bool isLoose, [NotNullWhen(true)] out Match? match) =>
        MatchCodec.TryReadEntries(
            entries, at.Context.Options, isLoose ? EntryRules.Loose : EntryRules.Strict, out match, out _, out var error)
        || at.Refuse(error);

    public static bool TryReadNxm(
        ref WireReader reader, int size, Decoding at, [NotNullWhen(true)] out Match? match, bool isLoose = false) =>
        MatchCodec.TryReadNxm(ref reader, size, at.Context.Options, isLoose ? EntryRules.Loose : EntryRules.Strict,
            out match, out _, out var error) || at.Refuse(error);

    /// <summary>With the cookie that a request asks for among the fields.</summary>
    /// <param name="into">An empty match to be read into; null makes one.</param>
    public static bool TryReadNxm(ref WireReader reader, int size, Decoding at, [NotNullWhen(true)] out Match? match, out ulong cookie,
        out ulong mask, Match? into = null)
    {
        bool isRead = MatchCodec.TryReadNxm(
            ref reader, size, at.Context.Options, EntryRules.WithCookie, out match, out var filter, out var error, into);
        (cookie, mask) = (filter.Cookie, filter.Mask);
        return isRead || at.Refuse(error);
    }

    /// <param name="isExact">Nothing is left out.</param>
    /// <param name="into">An empty match to be read into; null makes one.</param>
    public static Match ReadOf10(ref WireReader reader, out bool isExact, Match? into = null)
    {
        const uint allWildcards = (1 << 22) - 1;
        isExact = (new WireReader(reader.Rest).U32() & allWildcards) == 0;
        return FixedMatchCodec.Read10(ref reader, into);
    }

    public static void WriteOf10(Match match, MessageWriter to) => FixedMatchCodec.Write10(match, to.Wire);

    /// <summary>As the version writes matches: the struct of OpenFlow 1.1, else OXM.</summary>
    public static void WriteMatch(Match match, MessageWriter to) => MatchCodec.Write(Placed(match, to), to.Version, to.Wire);

    /// <summary>OXM with header and padding, in any version. Returns the bytes with both.</summary>
    public static int WriteOxm(Match match, MessageWriter to)
    {
        int start = to.Wire.Size;
        to.Wire.U16(OxmType);
        to.Wire.U16(0);
        MatchCodec.WriteEntries(Placed(match, to), to.Version, to.Wire);
        to.Wire.PatchU16(start + 2, (ushort)(to.Wire.Size - start));
        to.Wire.PadTo8(start);
        return to.Wire.Size - start;
    }

    public static void WriteRawOxm(Match match, MessageWriter to) => MatchCodec.WriteEntries(Placed(match, to), to.Version, to.Wire);

    /// <summary>Returns the bytes without padding.</summary>
    public static int WriteNxm(Match match, MessageWriter to, ulong cookie = 0, ulong mask = 0) =>
        MatchCodec.WriteNxm(Placed(match, to), new CookieFilter(cookie, mask), to.Wire);

    /// <summary>A rule keeps bits alone; where its tunnel options lie among them, the switch's map says.</summary>
    private static Match Placed(Match match, MessageWriter to)
    {
        if (match.Mask.TunnelPresent == 0 || match.TunnelOptions != TunnelOptionMap.Empty) return match;
        var placed = Match.Of(ref match.Value, ref match.Mask);
        placed.TunnelOptions = to.Context.Options;
        return placed;
    }

    /// <summary>Addresses of a connection's original direction are of the family that the match is about.</summary>
    public static bool AgreesWithConnectionTuple(Match match) => MatchCodec.HasFittingConnection(match);
}
