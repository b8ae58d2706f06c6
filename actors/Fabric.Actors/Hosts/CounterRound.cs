using Akka.Actor;

namespace Fabric.Actors;

/// <summary>One question at a time to kernel datapath and NIC for their counters; answers to earlier questions are not mixed in.</summary>
internal sealed class CounterRound(ServerParts parts)
{
    private long _round;
    private PortCounterList? _first;

    public void Ask()
    {
        _round++;
        _first = null;
        parts.Nic.Tell(new GetPortCounters(_round));
        parts.Kernel.Tell(new GetPortCounters(_round));
    }

    /// <summary>Null until both have answered the last question.</summary>
    public DatapathCounters? Take(PortCounterList answer)
    {
        if (answer.Round != _round) return null;
        if (_first is not { } first || first.IsNic == answer.IsNic)
        {
            _first = answer;
            return null;
        }

        _first = null;
        return DatapathCounters.Sum(first, answer);
    }
}
