using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// Result of walking the extension headers of an IPv6 packet (RFC 8200 section 4): hop-by-hop, routing, destination options, fragment, and
/// the authentication header (RFC 4302). Anything else ends the walk and is the upper-layer protocol.
/// </summary>
/// <param name="Protocol">Upper-layer protocol. Of a later fragment it is what the fragment header says, though its header is
/// elsewhere.</param>
/// <param name="Size">Bytes of extension headers before it.</param>
/// <param name="FragmentOffset">Bytes.</param>
public readonly record struct Ipv6Extensions(
    byte Protocol, int Size, bool HasFragmentHeader, int FragmentOffset, bool MoreFragments, uint FragmentId)
{
    public const int FragmentHeaderSize = 8;

    /// <summary>False for an atomic fragment (RFC 6946), which is a whole packet.</summary>
    public bool IsFragment => FragmentOffset != 0 || MoreFragments;

    /// <summary>A later fragment has no upper-layer header.</summary>
    public bool IsLaterFragment => FragmentOffset != 0;

    /// <summary>Writes a fragment header (RFC 8200 section 4.5), 8 bytes.</summary>
    public static void EmitFragmentHeader(Span<byte> destination, byte nextHeader, int offset, bool moreFragments, uint id)
    {
        WriteUInt32BigEndian(destination[4..], id);
        destination[0] = nextHeader;
        destination[1] = 0;
        WriteUInt16BigEndian(destination[2..], (ushort)(offset & 0xfff8 | (moreFragments ? 1 : 0)));
    }

    /// <summary>False when an extension header is cut short.</summary>
    /// <param name="nextHeader">As the fixed header says.</param>
    /// <param name="payload">What follows the fixed header.</param>
    public static bool TryWalk(byte nextHeader, ReadOnlySpan<byte> payload, out Ipv6Extensions extensions)
    {
        extensions = default;
        var at = 0;
        var hasFragment = false;
        ushort fragmentWord = 0;
        uint fragmentId = 0;
        while (true)
        {
            int size;
            switch (nextHeader)
            {
                case IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions:
                    if (payload.Length - at < 8) return false;
                    size = (payload[at + 1] + 1) * 8;
                    break;
                case IpProtocol.AuthenticationHeader:
                    if (payload.Length - at < 8) return false;
                    size = (payload[at + 1] + 2) * 4;
                    break;
                case IpProtocol.Fragment:
                    size = FragmentHeaderSize;
                    if (payload.Length - at < size) return false;
                    hasFragment = true;
                    fragmentWord = ReadUInt16BigEndian(payload[(at + 2)..]);
                    fragmentId = ReadUInt32BigEndian(payload[(at + 4)..]);
                    break;
                default:
                    extensions = Ended(nextHeader, at, hasFragment, fragmentWord, fragmentId);
                    return true;
            }

            if (payload.Length - at < size) return false;
            nextHeader = payload[at];
            at += size;
            if ((fragmentWord & 0xfff8) == 0) continue;
            // What follows a later fragment's header is payload, whatever its bytes look like.
            extensions = Ended(nextHeader, at, hasFragment, fragmentWord, fragmentId);
            return true;
        }
    }

    private static Ipv6Extensions Ended(byte protocol, int size, bool hasFragment, ushort fragmentWord, uint id) =>
        new(protocol, size, hasFragment, fragmentWord & 0xfff8, (fragmentWord & 1) != 0, id);
}
