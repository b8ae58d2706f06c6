using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>
/// Between messages and bytes, in OpenFlow 1.0 to 1.5 with the extensions of Nicira and ONF, by one table of forms
/// (<see cref="MessageTable"/>). Framing is not its business: it is given whole messages.
///
/// 1. What is written reads as the same message, in each version that has it.
/// 2. No bytes make it throw; what is wrong with them is the error that OVS 3.1 would answer (<c>lib/ofp-*.c</c>).
/// 3. A list too long for one message becomes several, cut between items, each below 64 kB with "more" in all but the last.
///
/// Not modelled: whether actions make sense for their match and table, which <c>ActionCheck</c> tells; IPFIX statistics.
/// </summary>
public static class MessageCodec
{
    private static readonly FrozenDictionary<MessageId, MessageForm> ById = IndexIds();
    private static readonly FrozenDictionary<(Type, OpenFlowVersion), MessageForm[]> ByRecord = IndexRecords();

    /// <summary>Forms that version and type alone name, by both.</summary>
    private static readonly MessageForm?[] Plain = IndexPlain();

    /// <param name="whole">From the first byte of the header to the last of the message.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> whole, CodecContext context, [NotNullWhen(true)] out OpenFlowMessage? message, out OpenFlowError error) =>
        TryDecode(whole, context, isForSwitch: false, out message, out error);

    /// <summary>The same for a switch, which refuses what only switches say without reading on.</summary>
    public static bool TryDecodeRequest(
        ReadOnlySpan<byte> whole, CodecContext context, [NotNullWhen(true)] out OpenFlowMessage? message, out OpenFlowError error) =>
        TryDecode(whole, context, isForSwitch: true, out message, out error);

    private static bool TryDecode(
        ReadOnlySpan<byte> whole, CodecContext context, bool isForSwitch, [NotNullWhen(true)] out OpenFlowMessage? message,
        out OpenFlowError error)
    {
        message = null;
        error = OpenFlowError.BrcBadLen;
        var header = new WireReader(whole);
        byte version = header.U8(), type = header.U8();
        ushort size = header.U16();
        uint xid = header.U32();
        if (header.IsExhausted || size != whole.Length) return false;
        if (!TryReadVersion(version, type, out var known, out error)) return false;
        if (!TryFindForm(whole, known, out var form, out error)) return false;
        int headerSize = form.IdIn(known).HeaderSize;
        error = OpenFlowError.BrcBadLen;
        if (!form.IsRightSize(whole.Length - headerSize)) return false;
        error = OpenFlowError.BrcBadType;
        if (isForSwitch && form.IsForController) return false;
        var body = new WireReader(whole[headerSize..]);
        var decoding = new Decoding(form, known, context, xid) { SaidVersion = version };
        var read = form.Read(ref body, decoding);
        error = decoding.Error;
        if (error == OpenFlowError.None && (body.IsExhausted || body.Remaining > 0)) error = OpenFlowError.BrcBadLen;
        if (read is null || error != OpenFlowError.None) return false;
        bool isExtension = form.IsExtension && HasPlainForm(read, known);
        // Readers of what comes by the thousands say the xid themselves.
        message = read.Xid == xid && read.IsExtension == isExtension ? read : read with { Xid = xid, IsExtension = isExtension };
        if (message is MultipartReply reply && form.IsMultipart && HasMore(whole)) message = reply with { HasMore = true };
        return true;
    }

    /// <summary>Appends the message to <paramref name="wire"/>, as several when it is too long for one (property 3).</summary>
    public static void Encode(OpenFlowMessage message, OpenFlowVersion version, CodecContext context, WireWriter wire)
    {
        var form = ChooseForm(message, version);
        Invariant.Check(form is not null, $"OpenFlow version {(int)version} has {message.GetType().Name}");
        var writer = new MessageWriter(form, version, context, wire);
        writer.Begin(message.Xid);
        form.Write(message, writer);
        writer.End(form.IsMultipart && message is MultipartReply { HasMore: true } or RuleStatisticsReply { IsUnfinished: true });
    }

    public static byte[] Encode(OpenFlowMessage message, OpenFlowVersion version, CodecContext context)
    {
        var wire = new WireWriter();
        Encode(message, version, context, wire);
        return wire.ToArray();
    }

    /// <summary>Does the version have such a message?</summary>
    public static bool CanEncode(OpenFlowMessage message, OpenFlowVersion version) => ByRecord.ContainsKey((message.GetType(), version));

    /// <summary>An error's message: it takes along as much of the request as fits, and the request's xid.</summary>
    public static ErrorMessage ErrorFor(OpenFlowError error, ReadOnlySpan<byte> request) =>
        new(error, new HexBytes(request)) { Xid = new WireReader(request.Length >= 8 ? request[4..] : []).U32() };

    /// <summary>Which record a message would be by its header and size; null when those are wrong already.</summary>
    public static Type? RecordOf(ReadOnlySpan<byte> whole, OpenFlowVersion version) =>
        TryFindForm(whole, version, out var form, out _) && form.IsRightSize(whole.Length - form.IdIn(version).HeaderSize)
            ? form.Record : null;

    /// <summary>Multipart flags stand behind the statistics' type in every version.</summary>
    internal static bool HasMore(ReadOnlySpan<byte> whole) => whole.Length > 11 && (whole[11] & 1) != 0;

    /// <summary>The form that a header names; the body may be cut.</summary>
    internal static bool TryFindForm(
        ReadOnlySpan<byte> whole, OpenFlowVersion version, [NotNullWhen(true)] out MessageForm? form, out OpenFlowError error)
    {
        form = whole.Length < MessageId.PlainSize ? null : Plain[PlainIndex(version, whole[1])];
        error = OpenFlowError.None;
        if (form is not null) return true;
        if (!MessageId.TryRead(whole, version, out var id, out error)) return false;
        if (ById.TryGetValue(id, out form)) return true;
        error = id.Vendor != 0 ? OpenFlowError.BrcBadSubtype : id.IsMultipart ? OpenFlowError.BrcBadStat : OpenFlowError.BrcBadType;
        return false;
    }

    /// <summary>Of a version that nobody knows yet, the messages that never change are read.</summary>
    private static bool TryReadVersion(byte version, byte type, out OpenFlowVersion known, out OpenFlowError error)
    {
        const byte lastSymmetricType = 3;
        known = (OpenFlowVersion)Math.Clamp(version, (byte)OpenFlowVersion.V10, (byte)OpenFlowVersion.V15);
        error = (byte)known == version || type <= lastSymmetricType ? OpenFlowError.None : OpenFlowError.BrcBadVersion;
        return error == OpenFlowError.None;
    }

    private static MessageForm? ChooseForm(OpenFlowMessage message, OpenFlowVersion version)
    {
        if (!ByRecord.TryGetValue((message.GetType(), version), out var forms)) return null;
        return Array.Find(forms, f => f.IsChosen?.Invoke(message) ?? f.IsExtension == message.IsExtension) ?? forms[0];
    }

    private static bool HasPlainForm(OpenFlowMessage message, OpenFlowVersion version) =>
        Array.Exists(ByRecord[(message.GetType(), version)], f => !f.IsExtension && f.IsChosen is null);

    private static FrozenDictionary<MessageId, MessageForm> IndexIds()
    {
        var index = new Dictionary<MessageId, MessageForm>();
        foreach (var form in MessageTable.Rows)
        {
            for (var version = form.First; version <= form.Last; version++) index.Add(form.IdIn(version), form);
        }
        return index.ToFrozenDictionary();
    }

    private static MessageForm?[] IndexPlain()
    {
        var index = new MessageForm?[PlainIndex(OpenFlowVersion.V15 + 1, 0)];
        foreach (var (id, form) in ById)
        {
            if (id == new MessageId(id.Version, id.Type, 0, 0, 0) && !id.IsMultipart) index[PlainIndex(id.Version, id.Type)] = form;
        }
        return index;
    }

    private static int PlainIndex(OpenFlowVersion version, byte type) => (int)version << 8 | type;

    private static FrozenDictionary<(Type, OpenFlowVersion), MessageForm[]> IndexRecords() => MessageTable.Rows
        .SelectMany(f => Enumerable.Range((int)f.First, f.Last - f.First + 1).Select(v => (Key: (f.Record, (OpenFlowVersion)v), Form: f)))
        .GroupBy(e => e.Key, e => e.Form)
        .ToFrozenDictionary(g => g.Key, g => g.ToArray());
}
