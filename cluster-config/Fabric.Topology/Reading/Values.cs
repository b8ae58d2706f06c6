using System.Globalization;
using System.Net;

namespace Fabric.Topology;

/// <summary>
/// Texts to values for the second pass. What is absent or was refused by <see cref="ShapeCheck"/> gives null or the default.
/// </summary>
internal static class Values
{
    public static string Text(ConfigNode? node, string otherwise = "") =>
        node is { Kind: ConfigKind.Scalar, Text.Length: > 0 } ? node.Text : otherwise;

    public static int Integer(string? text, int otherwise) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    public static TimeSpan Duration(string? text, TimeSpan otherwise) =>
        text is not null && DurationText.TryParse(text, out var duration) ? duration : otherwise;

    /// <summary>The format's words are the enum's names, in lower case.</summary>
    public static TEnum Choice<TEnum>(string? text, TEnum otherwise)
        where TEnum : struct, Enum =>
        text is { Length: > 0 } && char.IsAsciiLetter(text[0]) && Enum.TryParse<TEnum>(text, ignoreCase: true, out var value)
            ? value : otherwise;

    /// <summary>Null when the text is neither.</summary>
    public static bool? Switch(string? text) => text switch { "true" or "on" => true, "false" or "off" => false, _ => null };

    /// <summary>Bits per second.</summary>
    public static long Rate(string? text, long otherwise) => text is not null && RateText.TryParse(text, out long rate) ? rate : otherwise;

    public static IPAddress? Address(string? text) => text is not null && AddressText.TryParse(text, out var address) ? address : null;

    public static IPNetwork? Subnet(string? text) => text is not null && SubnetText.TryParse(text, out var subnet, out _) ? subnet : null;

    public static string? Mac(string? text) => text is not null && MacText.TryParse(text, out string mac) ? mac : null;

    public static bool IsIpv4(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
}
