namespace Fabric.OpenFlow;

/// <summary>What OpenFlow 1.1 and 1.2 can set for a packet without a rule (OVS: <c>ofputil_table_miss</c>).</summary>
public enum TableMissBehaviour
{
    /// <summary>As the version says: to the controller up to 1.2, dropped from 1.3.</summary>
    Default,
    Controller,
    Continue,
    Drop,
}
