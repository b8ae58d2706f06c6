namespace Fabric.OpenFlow;

/// <summary>Percentages of free space at which vacancy events are due (OpenFlow 1.4), and what is free now.</summary>
public readonly record struct TableVacancy(byte Down, byte Up, byte Current);
