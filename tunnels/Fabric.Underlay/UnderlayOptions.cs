namespace Fabric.Underlay;

/// <summary>Choices of the direct underlay.</summary>
public sealed record UnderlayOptions
{
    /// <summary>UDP ports that a VTEP receives on: VXLAN (RFC 7348) and GENEVE (RFC 8926).</summary>
    public IReadOnlyList<ushort> ReceivePorts { get; init; } = [4789, 6081];

    public ushort FirstSourcePort { get; init; } = 49152;

    /// <summary>Source ports per VTEP; the outer source port chooses among them, so a flow keeps its own.</summary>
    public int SourcePortCount { get; init; } = 16;

    /// <summary>Asked of the kernel for every socket, bytes; without privilege it may grant less.</summary>
    public int SocketBufferSize { get; init; } = 4 << 20;

    /// <summary>
    /// True sends every datagram whose outer UDP checksum is zero with exactly that. The kernel cannot segment such datagrams, so by
    /// default four or more of equal length to one place travel together with a computed checksum, which RFC 7348 section 5 allows as well.
    /// </summary>
    public bool KeepsZeroChecksum { get; init; }

    /// <summary>Off, every datagram is its own message (still many a call).</summary>
    public bool UsesSegmentation { get; init; } = true;

    public bool UsesCoalescing { get; init; } = true;
}
