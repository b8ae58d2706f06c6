namespace Fabric.Wire;

/// <summary>A packet read from a capture.</summary>
/// <param name="Interface">Index into <see cref="PcapngReader.Interfaces"/>.</param>
/// <param name="TimestampNs">Since 1970.</param>
/// <param name="OriginalLength">On the wire; more than <paramref name="Data"/> when the capture cut the packet.</param>
public sealed record PcapngPacket(int Interface, long TimestampNs, int OriginalLength, byte[] Data, string? Comment);
