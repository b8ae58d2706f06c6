using Akka.Actor;
using Fabric.Datapath;

namespace Fabric.Actors;

/// <summary>Moves upcalls from the kernel's fair queue to the agent, never more than the agent has given batches back for.</summary>
internal sealed class UpcallFeed
{
    /// <summary>One in work, one waiting, two on the way.</summary>
    private const int Batches = 4;

    private readonly KernelDatapath _datapath;
    private readonly ServerParts _parts;
    private readonly Stack<UpcallBatch> _free = new();

    public UpcallFeed(KernelDatapath datapath, ServerParts parts)
    {
        (_datapath, _parts) = (datapath, parts);
        for (var i = 0; i < Batches; i++) _free.Push(new UpcallBatch());
    }

    public void Feed()
    {
        while (_datapath.QueuedUpcalls > 0 && _free.TryPop(out var batch))
        {
            batch.Count = _datapath.TakeUpcalls(batch.Room);
            _parts.Agent.Tell(batch);
        }
    }

    /// <summary>An agent that restarted never gives back what it had; then new batches are made, see <see cref="Reset"/>.</summary>
    public void TakeBack(UpcallBatch batch)
    {
        if (_free.Count < Batches) _free.Push(batch);
    }

    /// <summary>The agent starts anew: all batches are here again.</summary>
    public void Reset()
    {
        while (_free.Count < Batches) _free.Push(new UpcallBatch());
    }
}
