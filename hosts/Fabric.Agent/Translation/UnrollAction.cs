using System.Globalization;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Among frozen actions: what follows was in a rule of this table and cookie (OVS: <c>OFPACT_UNROLL_XLATE</c>). It is never in a rule.
/// </summary>
internal sealed record UnrollAction(byte Table, ulong Cookie) : OpenFlowAction
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"unroll_xlate(table={Table}, cookie={Cookie})");
}
