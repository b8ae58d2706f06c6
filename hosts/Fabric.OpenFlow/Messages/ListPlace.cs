namespace Fabric.OpenFlow;

/// <summary>How far a list has been written.</summary>
public sealed class ListPlace
{
    /// <summary>Of the first item that has not been.</summary>
    public int Next { get; internal set; }
}
