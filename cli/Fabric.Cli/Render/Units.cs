using System.Globalization;

namespace Fabric.Cli.Render;

internal static class Units
{
    /// <summary>Microseconds with the unit that leaves three significant digits.</summary>
    public static string Duration(long us) => us switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{us} µs"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{us / 1e3:0.00} ms"),
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{us / 1e3:0.0} ms"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{us / 1e3:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{us / 1e6:0.00} s"),
    };

    /// <summary>Events per second, short.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        < 0.5 => "0",
        < 10_000 => perSecond.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e3:0.0}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e6:0.00}M"),
    };

    /// <summary>Bits per second as they are written: 500k, 100M, 2.5G.</summary>
    public static string BitRate(long bps) => bps switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bps / 1e9:0.###}G"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bps / 1e6:0.###}M"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bps / 1e3:0.###}k"),
        _ => bps.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>"1 server", "4 servers".</summary>
    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
