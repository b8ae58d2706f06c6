using System.Globalization;

namespace Fabric.Topology;

internal static class MacText
{
    public const string DefaultPrefix = "02:fa:b0";

    /// <summary>
    /// Of a VM or machine: six bytes in hexadecimal with colons, unicast, not all zero. The canonical text is lower case.
    /// </summary>
    public static bool TryParse(string text, out string mac) => TryParse(text, 6, out mac);

    public static bool TryParsePrefix(string text, out string prefix) => TryParse(text, 3, out prefix);

    /// <param name="index">From 0; number index + 1 of the prefix, so that no byte pattern of a MAC is all zero.</param>
    public static string Make(string prefix, int index)
    {
        int number = index + 1;
        return $"{prefix}:{(byte)(number >> 16):x2}:{(byte)(number >> 8):x2}:{(byte)number:x2}";
    }

    private static bool TryParse(string text, int size, out string canonical)
    {
        canonical = text.ToLowerInvariant();
        string[] parts = text.Split(':');
        if (parts.Length != size)
            return false;

        int sum = 0;
        for (int i = 0; i < size; i++)
        {
            bool isByte = byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value);
            if (!isByte || parts[i].Length != 2 || (i == 0 && (value & 1) != 0))
                return false;

            sum += value;
        }

        return size < 6 || sum > 0;
    }
}
