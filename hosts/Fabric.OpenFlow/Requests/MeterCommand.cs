namespace Fabric.OpenFlow;

/// <summary>What a <see cref="MeterMod"/> does; the numbers are those of the wire.</summary>
public enum MeterCommand
{
    Add = 0,
    Modify = 1,
    Delete = 2,
}
