using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>What the datapath remembers beside flows: upkeep of connections and fragments, and what is asked of them.</summary>
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

    /// <summary>Sets a meter, or (null) deletes it. One that cannot be set is left as it was: the agent has checked it.</summary>
    public bool SetMeter(uint id, MeterSettings? settings, long nowMs) =>
        settings is null ? Meters.Delete(id) : Meters.TrySet(id, settings, nowMs);

    /// <summary>False when there is nothing such, or the value is out of range.</summary>
    public bool Carry(CtRequest request, long nowMs)
    {
        switch (request)
        {
            case FlushConnections flush:
                return Connections.Flush(flush.Filter, nowMs);
            case SetMaxConnections max:
                Connections.MaxConnections = max.Count;
                return true;
            case SetTcpSequenceCheck check:
                Connections.ChecksTcpSequence = check.IsOn;
                return true;
            case SetZoneLimit limit:
                Connections.SetLimit(limit.Zone, limit.Limit);
                return true;
            case DeleteZoneLimit limit:
                return Connections.DeleteLimit(limit.Zone);
            case SetCtTimeouts { Timeouts: { } timeouts } policy:
                Connections.SetTimeouts(policy.Policy, timeouts);
                return true;
            case SetCtTimeouts policy:
                return Connections.DeleteTimeouts(policy.Policy);
            case SetReassembly reassembly:
                Fragments.SetEnabled(reassembly.IsIpv6, reassembly.IsOn);
                return true;
            case SetMinFragment min:
                return Fragments.TrySetMinSize(min.IsIpv6, min.Size);
            case SetMaxFragments max:
                return Fragments.TrySetMaxFragments(max.Count);
            default:
                Invariant.Fail($"connection tracking knows the request {request.GetType().Name}");
                return false;
        }
    }

    private void EndGivenUp(DropReason reason)
    {
        foreach (var frame in _givenUp) End(frame, reason);
        _givenUp.Clear();
    }
}
