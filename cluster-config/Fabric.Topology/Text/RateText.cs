using System.Globalization;

namespace Fabric.Topology;

internal static class RateText
{
    /// <summary>Bit rates as data sheets write them: <c>100M</c>, <c>25G</c>; up to 1000G.</summary>
    public static bool TryParse(string text, out long bitsPerSecond)
    {
        bitsPerSecond = 0;
        if (text.Length < 2)
            return false;

        long unit = text[^1] switch { 'M' => 1_000_000, 'G' => 1_000_000_000, _ => 0 };
        if (unit == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return false;

        bitsPerSecond = number * unit;
        return number > 0 && bitsPerSecond <= 1_000_000_000_000;
    }
}
