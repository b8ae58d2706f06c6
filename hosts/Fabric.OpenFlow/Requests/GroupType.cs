namespace Fabric.OpenFlow;

/// <summary>What a group does with its buckets (OpenFlow 1.3 section 5.6.1); the numbers are those of the wire.</summary>
public enum GroupType
{
    All = 0,
    Select = 1,
    Indirect = 2,
    FastFailover = 3,
}
