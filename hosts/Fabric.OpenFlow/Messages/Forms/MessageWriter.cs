namespace Fabric.OpenFlow;

/// <summary>
/// Writes a message, and as many further ones as its items need: <see cref="EndItem"/> begins the next part when one grows over 64 kB.
/// </summary>
internal sealed class MessageWriter(MessageForm form, OpenFlowVersion version, CodecContext context, WireWriter wire)
{
    private const int MaxSize = 0xffff;
    private const byte MoreFollows = 1;

    private int _start;

    public WireWriter Wire => wire;

    public MessageForm Form => form;

    public OpenFlowVersion Version => version;

    public CodecContext Context => context;

    public void Begin(uint xid)
    {
        _start = wire.Size;
        form.IdIn(version).Write(wire, xid);
    }

    /// <summary>Sets the length of the message, or of its last part.</summary>
    public void End(bool hasMore)
    {
        if (wire.Size - _start > MaxSize) wire.Truncate(_start + MaxSize);
        wire.PatchU16(_start + 2, (ushort)(wire.Size - _start));
        if (hasMore) MarkMore();
    }

    /// <summary>More has been written than goes into one message.</summary>
    public bool IsOverfull => wire.Size - _start > MaxSize;

    /// <summary>Could an item be in a message of its own?</summary>
    public bool FitsAlone(int itemSize) => form.IdIn(version).HeaderSize + itemSize <= MaxSize;

    /// <summary>
    /// What was written from <paramref name="start"/> on is one item: it goes into a part of its own when it no longer fits. An item that
    /// fits no part at all is left out, as OVS does with such a rule.
    /// </summary>
    public void EndItem(int start)
    {
        if (wire.Size - _start <= MaxSize) return;
        var item = wire.Written[start..].ToArray();
        wire.Truncate(start);
        int headerSize = form.IdIn(version).HeaderSize;
        if (headerSize + item.Length > MaxSize) return;
        var header = wire.Written.Slice(_start, headerSize).ToArray();
        End(hasMore: true);
        _start = start;
        wire.Bytes(header);
        wire.Bytes(item);
    }

    /// <summary>Writes the length of what began at <paramref name="start"/> into its first two bytes.</summary>
    public void PatchSize(int start) => wire.PatchU16(start, (ushort)(wire.Size - start));

    private void MarkMore() => wire.PatchU16(_start + MessageId.PlainSize + 2, MoreFollows);
}
