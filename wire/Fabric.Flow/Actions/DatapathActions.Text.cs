using System.Diagnostics.CodeAnalysis;
using Fabric.Flow.Text;

namespace Fabric.Flow;

/// <summary>The text form (OVS: <c>format_odp_actions</c>, <c>odp_actions_from_string</c>).</summary>
public sealed partial class DatapathActions
{
    /// <summary>As <c>dpctl/dump-flows</c> prints it, with port numbers.</summary>
    public override string ToString() => ActionPrinter.Print(this, null);

    public string ToString(IPortNames? names) => ActionPrinter.Print(this, names);

    /// <summary>
    /// Reads actions separated by commas. <c>drop</c> alone is the empty list. Percentages of <c>sample</c> have one decimal, so only
    /// multiples of 0.1 % come back as they were.
    /// </summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out DatapathActions? actions, [NotNullWhen(false)] out string? error, IPortNames? names = null)
    {
        scoped var scanner = new TextScanner(text);
        return new ActionParser(names).TryParse(ref scanner, out actions, out error);
    }
}
