using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fabric.Ovsdb;

/// <summary>
/// The frame of a record in an OVSDB file (ovsdb(5), "Standalone Format"): a line <c>OVSDB JSON size sha1</c>, then the JSON on a line of
/// its own. Size and hash include the second line's end.
/// </summary>
public static class LogFormat
{
    /// <summary>What a standalone database's records are marked with; "CLUSTER" files are not ours to read.</summary>
    public const string Magic = "JSON";

    /// <summary>A header line, end of line included, is at most this long.</summary>
    internal const int MaxHeaderSize = 127;

    /// <summary>Appends a record.</summary>
    /// <param name="json">An object, without an end of line.</param>
    public static void Append(JsonBuffer log, ReadOnlySpan<byte> json)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(json);
        hash.AppendData("\n"u8);
        string sha1 = Convert.ToHexStringLower(hash.GetHashAndReset());
        log.Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"OVSDB {Magic} {json.Length + 1} {sha1}\n")));
        log.Append(json);
        log.Append((byte)'\n');
    }

    /// <summary>Takes a header line apart.</summary>
    internal static bool TryParseHeader(ReadOnlySpan<byte> line, out long size, out string sha1)
    {
        (size, sha1) = (0, "");
        string[] words = Encoding.Latin1.GetString(line).Split(' ');
        if (words.Length != 4 || words[0] != "OVSDB" || words[1] != Magic) return false;
        if (!long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out size) || size == 0) return false;
        sha1 = words[3].ToLowerInvariant();
        return sha1.Length == 2 * SHA1.HashSizeInBytes && sha1.All(char.IsAsciiHexDigit);
    }
}
