namespace Fabric.OpenFlow;

/// <summary>
/// Puts together requests that come in several messages, which OpenFlow 1.3 and later allow (OVS: <c>ofpmp_assembler_execute</c>). Only
/// table features are ever long enough; other requests may still come with empty parts around the one that asks.
///
/// 1. What is not such a request passes as it is.
/// 2. A sequence that mixes types, grows over 4 MB or stops for a second is given up with the error for that; what is left of it then
///    begins a sequence of its own.
/// </summary>
public sealed class MultipartAssembler
{
    private const int MaxSize = 4 * 1024 * 1024;
    private const int TimeoutMs = 1000;
    private const int HeaderSize = 8;

    private readonly Dictionary<uint, Sequence> _sequences = [];

    /// <summary>When <see cref="TryTakeOverdue"/> has something to do.</summary>
    public long DueMs => _sequences.Count == 0 ? long.MaxValue : _sequences.Values.Min(s => s.DueMs);

    /// <summary>Reads one whole message.</summary>
    /// <param name="message">Null while more parts are to come.</param>
    /// <returns>False with an error.</returns>
    public bool TryDecode(
        ReadOnlySpan<byte> whole, OpenFlowVersion version, CodecContext context, long nowMs, out OpenFlowMessage? message,
        out OpenFlowError error)
    {
        message = null;
        bool isRequest = version >= OpenFlowVersion.V13 && whole.Length >= HeaderSize && whole[1] == 18;
        if (!isRequest) return MessageCodec.TryDecode(whole, context, out message, out error);
        if (!MessageCodec.TryFindForm(whole, version, out var form, out error)) return false;
        int bodySize = whole.Length - form.IdIn(version).HeaderSize;
        bool hasMore = MessageCodec.HasMore(whole);
        uint xid = new WireReader(whole[4..]).U32();
        bool isAlone = !hasMore && !_sequences.ContainsKey(xid);
        if (isAlone) return MessageCodec.TryDecode(whole, context, out message, out error);
        if (bodySize > 0 && !form.IsRightSize(bodySize)) return Refuse(OpenFlowError.BrcBadLen, out error);
        if (!_sequences.TryGetValue(xid, out var sequence)) _sequences.Add(xid, sequence = new Sequence(form));
        sequence.DueMs = nowMs + TimeoutMs;
        sequence.Size += whole.Length;
        if (sequence.Form != form) return GiveUp(xid, OpenFlowError.BrcBadStat, out error);
        if (sequence.Size > MaxSize) return GiveUp(xid, OpenFlowError.BrcMultipartBufferOverflow, out error);
        if (bodySize > 0 && !TryAdd(sequence, whole, context, out error)) return GiveUp(xid, error, out error);
        error = OpenFlowError.None;
        if (hasMore) return true;
        _sequences.Remove(xid);
        if (sequence.Whole is { } asked) message = asked;
        else if (form.Size > 0) return Refuse(OpenFlowError.BrcBadLen, out error);
        else return MessageCodec.TryDecode(whole, context, out message, out error);
        return true;
    }

    /// <summary>A sequence that waits for more than a second: its request's xid, for an error without more.</summary>
    public bool TryTakeOverdue(long nowMs, out uint xid)
    {
        foreach (var (key, sequence) in _sequences)
        {
            if (sequence.DueMs > nowMs) continue;
            xid = key;
            return _sequences.Remove(key);
        }
        xid = 0;
        return false;
    }

    private static bool TryAdd(Sequence sequence, ReadOnlySpan<byte> whole, CodecContext context, out OpenFlowError error)
    {
        if (!MessageCodec.TryDecode(whole, context, out var part, out error)) return false;
        sequence.Whole = sequence.Whole is TableFeaturesRequest before && part is TableFeaturesRequest more
            ? before with { Changes = [.. before.Changes, .. more.Changes] } : sequence.Whole ?? part;
        return true;
    }

    private bool GiveUp(uint xid, OpenFlowError reason, out OpenFlowError error)
    {
        _sequences.Remove(xid);
        return Refuse(reason, out error);
    }

    private static bool Refuse(OpenFlowError reason, out OpenFlowError error)
    {
        error = reason;
        return false;
    }

    private sealed class Sequence(MessageForm form)
    {
        public MessageForm Form => form;

        public OpenFlowMessage? Whole { get; set; }

        public int Size { get; set; }

        public long DueMs { get; set; }
    }
}
