using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>Flows by their identifier.</summary>
/// <param name="seed">Of the hash.</param>
internal sealed class UfidTable<T>(uint seed) where T : MaskedFlow
{
    private FlowSlots<T> _slots = new();

    public void Add(T flow) => _slots.Insert(Hash(flow.Ufid), flow);

    public void Remove(T flow) => _slots.Remove(Hash(flow.Ufid), flow);

    public void Clear() => _slots = new();

    public T? Find(Ufid ufid)
    {
        var hash = Hash(ufid);
        var (hashes, flows) = (_slots.Hashes, _slots.Flows);
        var last = flows.Length - 1;
        for (var i = (int)hash & last; hashes[i] != 0; i = (i + 1) & last)
            if (hashes[i] == hash && flows[i]!.Ufid == ufid) return flows[i];
        return null;
    }

    /// <summary>Identifiers are hashes mostly; those that are not are spread here. Never 0.</summary>
    private uint Hash(Ufid ufid) =>
        Math.Max(1, (uint)(((ufid.High ^ seed) * 0x9e37_79b9_7f4a_7c15 + ufid.Low) * 0xc2b2_ae3d_27d4_eb4f >> 32));
}
