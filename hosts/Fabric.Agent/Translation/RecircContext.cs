namespace Fabric.Agent;

/// <summary>A recirculation id, what it stands for, and how many need it (OVS: <c>struct recirc_id_node</c>).</summary>
public sealed class RecircContext
{
    internal RecircContext(uint id, FrozenState state) => (Id, State) = (id, state);

    public uint Id { get; }

    public FrozenState State { get; }

    internal int ReferenceCount { get; set; }

    /// <summary>When nobody needed it any more; packets with this id may still be under way.</summary>
    internal long? ReleasedMs { get; set; }
}
