namespace Fabric.Agent;

/// <summary>
/// What OpenFlow 1.1 and 1.2 let a controller choose for packets that no rule matches (OVS: <c>enum ofputil_table_miss</c>).
/// </summary>
public enum TableMiss
{
    /// <summary>To the controller before OpenFlow 1.3, dropped from then on.</summary>
    Default,
    Controller,
    Continue,
    Drop,
}
