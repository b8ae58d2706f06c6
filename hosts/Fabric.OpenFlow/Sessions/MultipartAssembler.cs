namespace Fabric.OpenFlow;

/// <summary>
/// Puts together requests that come in several messages, which OpenFlow 1.3 and later allow (OVS: <c>ofpmp_assembler_execute</c>).
///
/// 1. What is not such a request passes as it is.
/// 2. A sequence that mixes types, grows over 4 MB or stops for a second is given up with the error for that; what is left of it then
///    begins a sequence of its own.
/// 3. Empty parts count for nothing. Of the others only the sizes are looked at before the last is there; only table features and
///    questions about monitors may then be several.
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
    /// <param name="request">The part that an answer to the message, or the error, is about.</param>
    /// <returns>False with an error.</returns>
    public bool TryDecode(
        ReadOnlyMemory<byte> whole, OpenFlowVersion version, CodecContext context, long nowMs, out OpenFlowMessage? message,
        out ReadOnlyMemory<byte> request, out OpenFlowError error)
    {
        (message, request) = (null, whole);
        bool isRequest = version >= OpenFlowVersion.V13 && whole.Length >= HeaderSize && whole.Span[1] == 18;
        if (!isRequest) return MessageCodec.TryDecodeRequest(whole.Span, context, out message, out error);
        if (!MessageCodec.TryFindForm(whole.Span, version, out var form, out error)) return false;
        int bodySize = whole.Length - form.IdIn(version).HeaderSize;
        bool hasMore = MessageCodec.HasMore(whole.Span);
        uint xid = new WireReader(whole.Span[4..]).U32();
        bool isAlone = !hasMore && !_sequences.ContainsKey(xid);
        if (isAlone) return MessageCodec.TryDecodeRequest(whole.Span, context, out message, out error);
        if (bodySize > 0 && !form.IsRightSize(bodySize)) return Refuse(OpenFlowError.BrcBadLen, out error);
        if (!_sequences.TryGetValue(xid, out var sequence)) _sequences.Add(xid, sequence = new Sequence(form));
        sequence.DueMs = nowMs + TimeoutMs;
        if (sequence.Form != form) return GiveUp(xid, OpenFlowError.BrcBadStat, out error);
        sequence.Size += whole.Length;
        if (sequence.Size > MaxSize) return GiveUp(xid, OpenFlowError.BrcMultipartBufferOverflow, out error);
        if (bodySize > 0) sequence.Parts.Add(hasMore ? whole.ToArray() : whole);
        if (hasMore) return true;
        _sequences.Remove(xid);
        if (sequence.Parts.Count == 0 && form.Size > 0) return Refuse(OpenFlowError.BrcBadLen, out error);
        if (sequence.Parts.Count == 0) sequence.Parts.Add(whole);
        return TryJoin(form, sequence.Parts, context, out message, out request, out error);
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

    private static bool TryJoin(
        MessageForm form, List<ReadOnlyMemory<byte>> parts, CodecContext context, out OpenFlowMessage? message,
        out ReadOnlyMemory<byte> request, out OpenFlowError error)
    {
        (message, request) = (null, parts[0]);
        if (parts.Count > 1 && form.Record != typeof(TableFeaturesRequest) && form.Record != typeof(FlowMonitorRequest))
            return Refuse(OpenFlowError.BrcBadStat, out error);
        OpenFlowMessage? joined = null;
        foreach (var part in parts)
        {
            request = part;
            if (!MessageCodec.TryDecodeRequest(part.Span, context, out var next, out error)) return false;
            joined = (joined, next) switch
            {
                (TableFeaturesRequest before, TableFeaturesRequest more) => before with { Changes = [.. before.Changes, .. more.Changes] },
                (FlowMonitorRequest before, FlowMonitorRequest more) => before with { Queries = [.. before.Queries, .. more.Queries] },
                _ => next,
            };
        }
        message = joined;
        error = OpenFlowError.None;
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

        public List<ReadOnlyMemory<byte>> Parts { get; } = [];

        public int Size { get; set; }

        public long DueMs { get; set; }
    }
}
