namespace Fabric.Agent;

internal enum PathStepKind : byte
{
    Lookup,

    /// <summary>Some bits of the packet, with one of their values.</summary>
    Split,

    /// <summary>The Ethernet type: one with headers of its own, or any other.</summary>
    Type,

    /// <summary>One value of a field has been left to the host.</summary>
    Exception,
}
