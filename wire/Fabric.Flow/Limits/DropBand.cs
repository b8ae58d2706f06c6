namespace Fabric.Flow;

/// <summary>A band that drops what exceeds its rate: kilobits or packets per second, as the meter says.</summary>
/// <param name="Burst">Kilobits or packets; 0 means as much as <paramref name="Rate"/>.</param>
public readonly record struct DropBand(uint Rate, uint Burst);
