using Fabric.Wire;

namespace Fabric.Guest;

internal sealed class Neighbour(IpAddress address)
{
    public readonly IpAddress Address = address;
    public readonly List<Frame> Pending = [];
    public MacAddress Mac;
    public NeighbourState State;
    public long StartedUs;
    public long ConfirmedUs;
    public long UsedUs;

    /// <summary>When the next probe or the verdict is due; meaningless in Reachable and Stale.</summary>
    public long DueUs;
    public int Probes;

    public bool IsTimed => State is NeighbourState.Incomplete or NeighbourState.Delay or NeighbourState.Probe;
}
