namespace Fabric.Datapath;

/// <summary>What becomes of a frame that a port is to send.</summary>
public enum ShaperVerdict
{
    Pass,
    Queue,
    Drop,
}
