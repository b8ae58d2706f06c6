namespace Fabric.Underlay.Direct;

/// <summary>Datagrams of one batch that leave in one message: the same target, equal sizes, only the last may be shorter.</summary>
internal struct SendGroup
{
    public OuterTarget Target;

    /// <summary>Index of the first and last datagram in the batch; the plan's links lead from one to the next.</summary>
    public int First;
    public int Last;
    public int Count;
    public int SegmentSize;
    public int TotalSize;
    public bool IsClosed;
    public bool IsSent;
}
