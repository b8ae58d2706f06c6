using System.Globalization;

namespace Fabric.Ovsdb;

/// <summary>C's <c>%.15g</c>, with which ovsdb-server writes reals.</summary>
internal static class RealText
{
    private const int Digits = 15;

    public static string Format(double value)
    {
        if (double.IsPositiveInfinity(value)) return "inf";
        if (double.IsNegativeInfinity(value)) return "-inf";
        if (double.IsNaN(value)) return "nan";
        if (value == 0) return "0";

        // "d.dddddddddddddde+XXX": the fifteen digits and the exponent, correctly rounded.
        string scientific = Math.Abs(value).ToString("E14", CultureInfo.InvariantCulture);
        ReadOnlySpan<char> power = scientific.AsSpan(scientific.IndexOf('E') + 1);
        int exponent = int.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = string.Concat(scientific.AsSpan(0, 1), scientific.AsSpan(2, Digits - 1)).TrimEnd('0');
        string sign = value < 0 ? "-" : "";

        if (exponent is < -4 or >= Digits)
        {
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        if (digits.Length <= exponent + 1) return sign + digits.PadRight(exponent + 1, '0');
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
