using System.Globalization;

namespace Fabric.Topology;

/// <summary>Spans of time with a unit: <c>50us</c>, <c>5ms</c>, <c>10s</c>, <c>1.5m</c>, <c>2h</c>.</summary>
public static class DurationText
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>At most a year; never negative.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        string trimmed = text.Trim();
        int digits = trimmed.AsSpan().IndexOfAnyExcept("0123456789.");
        if (digits <= 0)
            return false;

        string unit = trimmed[digits..].Trim();
        if (!decimal.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
            return false;

        foreach (var (name, ticks) in Units)
        {
            if (name != unit)
                continue;

            if (number > TimeSpan.TicksPerDay * 366m / ticks)
                return false;

            duration = TimeSpan.FromTicks((long)(number * ticks));
            return true;
        }

        return false;
    }
}
