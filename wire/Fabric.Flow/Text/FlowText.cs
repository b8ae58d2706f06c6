using System.Text;
using Fabric.Flow.Text;

namespace Fabric.Flow;

/// <summary>
/// The text form of flows that <c>ovs-appctl dpctl/dump-flows</c> prints and <c>dpctl/add-flow</c> reads (OVS: <c>lib/odp-util.c</c>).
/// <list type="number">
/// <item>T1: for a flow as OVS makes them, printing and reading give it back.</item>
/// <item>T2: text as OVS prints it, read and printed again, is the same byte for byte.</item>
/// <item>T3: reading any text at all gives a flow or an error, never an exception.</item>
/// </list>
/// <para>As in OVS, a flow whose text shows no <c>vlan(…)</c> matches only untagged frames, and a shown tag's TPID is matched exactly.
/// Not modelled: NSH.</para>
/// </summary>
public static class FlowText
{
    /// <summary>The match of a flow.</summary>
    public static string Format(ref FlowKey key, ref FlowMask mask, FlowTextOptions options = default)
    {
        var text = new StringBuilder();
        new KeyPrinter(text, ref key, ref mask, hasMask: true, options).Print();
        return text.ToString();
    }

    /// <summary>All fields of one packet's key, without masks.</summary>
    public static string Format(ref FlowKey key, FlowTextOptions options = default)
    {
        var text = new StringBuilder();
        var mask = default(FlowMask);
        new KeyPrinter(text, ref key, ref mask, hasMask: false, options).Print();
        return text.ToString();
    }

    /// <summary>Reads a match; a leading <c>ufid:…</c> is skipped. Fields that are not there are wildcarded.</summary>
    public static bool TryParse(string text, out FlowKey key, out FlowMask mask, out string? error, IPortNames? names = null) =>
        TryParse(text, out key, out mask, out error, out _, names);

    /// <inheritdoc cref="TryParse(string, out FlowKey, out FlowMask, out string?, IPortNames?)"/>
    /// <param name="isTooLong">What is wrong is only that a message to a datapath could not hold it (<c>E2BIG</c>).</param>
    public static bool TryParse(
        string text, out FlowKey key, out FlowMask mask, out string? error, out bool isTooLong, IPortNames? names = null)
    {
        key = default;
        mask = default;
        scoped var scanner = new TextScanner(text);
        var parser = new KeyParser(ref key, ref mask, names);
        var isRead = parser.TryParse(ref scanner, out error);
        isTooLong = parser.IsTooLong;
        return isRead;
    }
}
