using System.Globalization;

namespace Fabric.OpenFlow;

/// <summary>Why a packet came to the controller (OVS: <c>enum ofp_packet_in_reason</c>), by the words of <c>ovs-ofctl</c>.</summary>
internal static class PacketInReasons
{
    private static readonly string[] Names = ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"];

    public static string All => string.Join(", ", Names);

    public static bool TryParse(string text, out byte reason)
    {
        var index = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        reason = (byte)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Empty for the two kinds of miss that OVS tells apart inside.</summary>
    public static string NameOf(byte reason) => reason < Names.Length ? Names[reason]
        : reason <= Names.Length + 1 ? "" : reason.ToString(CultureInfo.InvariantCulture);
}
