using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Upkeep of what the datapath remembers beside flows: connections and fragments.</summary>
public sealed partial class KernelDatapath
{
    /// <summary>A sweep costs little per connection; this many at a time keep a turn short.</summary>
    private const int LeastSweep = 1024;

    /// <summary>Calls after which every connection has been looked at, when there are many (OVS looks every 20 s).</summary>
    private const int CallsPerSweep = 64;

    private readonly List<Frame> _givenUp = [];

    /// <summary>Forgets some of the connections that have expired, and drops fragments that nobody came for. To be called often.</summary>
    public void Upkeep(long nowMs)
    {
        Connections.Sweep(nowMs, Math.Max(LeastSweep, Connections.Count / CallsPerSweep));
        if (Fragments.HeldCount == 0) return;
        Fragments.Purge(nowMs, _givenUp);
        EndGivenUp(DropReason.ReassemblyTimeout);
    }

    private void EndGivenUp(DropReason reason)
    {
        foreach (var frame in _givenUp) End(frame, reason);
        _givenUp.Clear();
    }
}
