namespace Fabric.OpenFlow;

/// <summary>Instructions, in the order in which they must stand in a list.</summary>
[Flags]
internal enum InstructionSet
{
    None = 0,
    Meter = 1 << 0,
    ApplyActions = 1 << 1,
    ClearActions = 1 << 2,
    WriteActions = 1 << 3,
    WriteMetadata = 1 << 4,
    GotoTable = 1 << 5,
    All = (1 << 6) - 1,
}
