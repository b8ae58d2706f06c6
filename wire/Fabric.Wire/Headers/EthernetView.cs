using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>Ethernet II or 802.3 frame (IEEE 802.3 clause 3), without preamble and frame check sequence.</summary>
public readonly ref struct EthernetView
{
    public const int Size = 14;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public MacAddress Destination => MacAddress.Read(_bytes);

    public MacAddress Source => MacAddress.Read(_bytes[6..]);

    /// <summary>Ethernet type, or the length of an 802.3 frame when below <see cref="EtherType.First"/>.</summary>
    public ushort TypeOrLength => ReadUInt16BigEndian(_bytes[12..]);

    public bool IsLength => TypeOrLength < EtherType.First;

    /// <summary>What follows; for an 802.3 frame cut to the announced length, which takes the padding off.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            var rest = _bytes[Size..];
            return IsLength && TypeOrLength < rest.Length ? rest[..TypeOrLength] : rest;
        }
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out EthernetView view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new EthernetView(bytes);
        return true;
    }
}
