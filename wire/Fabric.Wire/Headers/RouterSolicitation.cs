namespace Fabric.Wire;

/// <summary>Router solicitation (RFC 4861 section 4.1).</summary>
public readonly record struct RouterSolicitation(MacAddress? SourceLinkLayer)
{
    public const int MinSize = 8;

    public int Size => MinSize + (SourceLinkLayer is null ? 0 : 8);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterSolicitation message)
    {
        message = default;
        if (bytes.Length < MinSize || bytes[0] != Icmpv6View.RouterSolicitation) return false;
        MacAddress? linkLayer = null;
        var options = new NeighbourOptionReader(bytes[MinSize..]);
        while (options.TryRead(out var type, out var data))
            if (type == NeighbourOptionReader.SourceLinkLayer && data.Length == 6) linkLayer ??= MacAddress.Read(data);
        if (options.IsMalformed) return false;
        message = new RouterSolicitation(linkLayer);
        return true;
    }

    public void Emit(Span<byte> destination, Ipv6Address from, Ipv6Address to)
    {
        var bytes = destination[..Size];
        if (SourceLinkLayer is { } mac)
        {
            bytes[8] = NeighbourOptionReader.SourceLinkLayer;
            bytes[9] = 1;
            mac.Write(bytes[10..]);
        }

        new Icmpv6Header(Icmpv6View.RouterSolicitation, 0, 0).Emit(bytes, from, to);
    }
}
