using System.Buffers.Text;
using System.Text;

namespace Fabric.Ovsdb;

/// <summary>The one form of a UUID that OVSDB accepts: 36 characters, hexadecimal digits of either case in groups of 8-4-4-4-12.</summary>
internal static class UuidText
{
    public const int Length = 36;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Guid uuid)
    {
        if (utf8.Length == Length && Utf8Parser.TryParse(utf8, out uuid, out int consumed, 'D') && consumed == Length) return true;
        uuid = default;
        return false;
    }

    public static bool TryParse(string text, out Guid uuid)
    {
        uuid = default;
        Span<byte> bytes = stackalloc byte[Length];
        return text.Length == Length && Encoding.UTF8.TryGetBytes(text, bytes, out int count) && TryParse(bytes[..count], out uuid);
    }
}
