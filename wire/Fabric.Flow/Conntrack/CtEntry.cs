namespace Fabric.Flow;

/// <summary>One tracked connection, as a dump shows it (OVS: <c>struct ct_dpif_entry</c>).</summary>
/// <param name="Reply">The opposite direction, as it looks on the wire beyond address translation.</param>
/// <param name="TimeoutS">Whole seconds until it is forgotten.</param>
public sealed record CtEntry(
    CtTuple Original, CtTuple Reply, ushort Zone, uint Mark, UInt128 Label, long TimeoutS, CtTcpInfo? Tcp)
{
    /// <summary>As <c>dpctl/dump-conntrack</c> prints it, without the end of the line.</summary>
    public override string ToString() => Text.CtEntryText.Print(this, isVerbose: false, withStatistics: false);

    public string ToString(bool isVerbose, bool withStatistics) => Text.CtEntryText.Print(this, isVerbose, withStatistics);
}
