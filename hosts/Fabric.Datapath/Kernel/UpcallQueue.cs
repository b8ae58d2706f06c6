using System.Runtime.InteropServices;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Packets that wait for the agent, fair per vport: each port has its own first-in-first-out queue, and the queues are served in turn, one
/// upcall each (a deficit round robin whose items all cost the same, because a translation costs the same whatever the packet's length).
/// When the whole is full, a port with a shorter queue pushes out the oldest upcall of the longest one: a VM that floods only displaces
/// itself.
/// </summary>
internal sealed class UpcallQueue(int capacity, int perPortCapacity)
{
    private const int None = -1;

    private struct Node
    {
        public Upcall Upcall;
        public int Next;
    }

    private sealed class PortQueue
    {
        public int Head = None;
        public int Tail = None;
        public int Count;
    }

    private readonly Dictionary<OdpPort, PortQueue> _ports = [];
    private readonly Queue<PortQueue> _turns = new();
    private Node[] _nodes = [];
    private int _free = None;

    public int Count { get; private set; }

    public int CountOf(OdpPort port) => _ports.TryGetValue(port, out var queue) ? queue.Count : 0;

    /// <summary>False when the port's own share is full and the frame stays the caller's.</summary>
    /// <param name="displaced">An upcall pushed out for this one; its frame is the caller's.</param>
    public bool TryEnqueue(in Upcall upcall, out Upcall displaced)
    {
        displaced = default;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_ports, upcall.Port, out _);
        var queue = entry ??= new PortQueue();
        if (queue.Count >= perPortCapacity) return false;
        if (Count >= capacity)
        {
            var longest = Longest();
            // Moving one from a queue just one longer would only change who is unlucky.
            if (longest is null || longest.Count <= queue.Count + 1) return false;
            Dequeue(longest, out displaced);
        }

        var node = TakeNode();
        _nodes[node].Upcall = upcall;
        _nodes[node].Next = None;
        if (queue.Tail == None)
        {
            queue.Head = node;
            _turns.Enqueue(queue);
        }
        else
        {
            _nodes[queue.Tail].Next = node;
        }

        queue.Tail = node;
        queue.Count++;
        Count++;
        return true;
    }

    public bool TryDequeue(out Upcall upcall)
    {
        while (_turns.TryDequeue(out var queue))
        {
            // Emptied by displacement or removal while it waited for its turn.
            if (queue.Count == 0) continue;
            Dequeue(queue, out upcall);
            if (queue.Count > 0) _turns.Enqueue(queue);
            return true;
        }

        upcall = default;
        return false;
    }

    /// <summary>Takes one upcall of <paramref name="port"/> out of turn, for a port that goes away.</summary>
    public bool TryDequeue(OdpPort port, out Upcall upcall)
    {
        upcall = default;
        if (!_ports.TryGetValue(port, out var queue)) return false;
        if (queue.Count == 0)
        {
            _ports.Remove(port);
            return false;
        }

        Dequeue(queue, out upcall);
        return true;
    }

    private void Dequeue(PortQueue queue, out Upcall upcall)
    {
        var node = queue.Head;
        ref var slot = ref _nodes[node];
        upcall = slot.Upcall;
        slot.Upcall.Frame = null!;
        queue.Head = slot.Next;
        if (queue.Head == None) queue.Tail = None;
        slot.Next = _free;
        _free = node;
        queue.Count--;
        Count--;
    }

    private PortQueue? Longest()
    {
        PortQueue? longest = null;
        foreach (var queue in _ports.Values)
            if (longest is null || queue.Count > longest.Count) longest = queue;
        return longest;
    }

    /// <summary>Grows by doubling: an idle datapath keeps no room for its worst hour.</summary>
    private int TakeNode()
    {
        if (_free == None)
        {
            var old = _nodes.Length;
            Array.Resize(ref _nodes, Math.Min(capacity, Math.Max(16, old * 2)));
            Invariant.Check(_nodes.Length > old, "the upcall queue is not full when a node is taken");
            for (var i = _nodes.Length - 1; i >= old; i--)
            {
                _nodes[i].Next = _free;
                _free = i;
            }
        }

        var node = _free;
        _free = _nodes[node].Next;
        return node;
    }
}
