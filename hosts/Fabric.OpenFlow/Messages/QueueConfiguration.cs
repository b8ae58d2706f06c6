using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>A queue of a port; rates are in tenths of a percent of the port's, 65535 is "not set".</summary>
public sealed record QueueConfiguration(OfpPort Port, uint Queue)
{
    public const ushort NotSet = 0xffff;

    public ushort MinRate { get; init; } = NotSet;

    /// <summary>OpenFlow 1.2 and later.</summary>
    public ushort MaxRate { get; init; } = NotSet;
}
