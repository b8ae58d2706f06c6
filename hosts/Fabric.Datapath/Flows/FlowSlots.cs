using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Flows by a hash: open addressing with linear probing, at most half full, deletion by shifting back (no tombstones, so probe lengths do
/// not age). Grows and shrinks with its flows. Whoever looks up walks <see cref="Hashes"/> and compares the flows in the same places.
/// </summary>
internal struct FlowSlots<T> where T : MaskedFlow
{
    /// <summary>Hashes that may be compared at once.</summary>
    public const int Group = 8;

    private const int MinCapacity = 8;

    /// <summary>0 is an empty slot. The first eight are repeated behind the last, so that a group never wraps.</summary>
    public uint[] Hashes = new uint[MinCapacity + Group];
    public T?[] Flows = new T?[MinCapacity];

    public FlowSlots()
    {
    }

    public int Count { get; private set; }

    /// <param name="hash">Not 0.</param>
    public void Insert(uint hash, T flow)
    {
        if ((Count + 1) * 2 > Flows.Length) Resize(Flows.Length * 2);
        Place(hash, flow);
        Count++;
    }

    /// <param name="hash">That it was inserted with.</param>
    public void Remove(uint hash, T flow)
    {
        var last = Flows.Length - 1;
        var hole = (int)hash & last;
        while (!ReferenceEquals(Flows[hole], flow))
        {
            Invariant.Check(Hashes[hole] != 0, "a flow is where its hash says");
            hole = (hole + 1) & last;
        }

        for (var next = (hole + 1) & last; Hashes[next] != 0; next = (next + 1) & last)
        {
            // A slot may move back into the hole unless its home lies cyclically after the hole.
            var home = (int)Hashes[next] & last;
            if (((next - home) & last) < ((next - hole) & last)) continue;
            Set(hole, Hashes[next], Flows[next]);
            hole = next;
        }

        Set(hole, 0, null);
        Count--;
        if (Flows.Length > MinCapacity && Count * 8 < Flows.Length) Resize(Flows.Length / 2);
    }

    private void Place(uint hash, T? flow)
    {
        var last = Flows.Length - 1;
        var i = (int)hash & last;
        while (Hashes[i] != 0) i = (i + 1) & last;
        Set(i, hash, flow);
    }

    private void Set(int slot, uint hash, T? flow)
    {
        Hashes[slot] = hash;
        if (slot < Group) Hashes[Flows.Length + slot] = hash;
        Flows[slot] = flow;
    }

    private void Resize(int capacity)
    {
        var (hashes, flows) = (Hashes, Flows);
        Hashes = new uint[capacity + Group];
        Flows = new T?[capacity];
        for (var i = 0; i < flows.Length; i++)
            if (hashes[i] != 0) Place(hashes[i], flows[i]);
    }
}
