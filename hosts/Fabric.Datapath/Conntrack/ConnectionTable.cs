namespace Fabric.Datapath;

/// <summary>
/// All entries of the tracker by their keys. Both directions of a connection hash alike, so one chain answers for both. Several entries may
/// answer to one key for a while: an expired connection stays until a sweep, beside its successor. That is why this is no dictionary.
/// </summary>
internal sealed class ConnectionTable(uint seed)
{
    private Connection?[] _chains = new Connection?[64];
    private int _count;

    public uint HashOf(in ConnectionKey key) => key.Hash(seed);

    /// <summary>The live entry of a key, in either direction; <paramref name="isReply"/> says in which.</summary>
    public Connection? Find(in ConnectionKey key, uint hash, long nowMs, out bool isReply)
    {
        for (var at = _chains[hash & (uint)(_chains.Length - 1)]; at is not null; at = at.NextInChain)
        {
            if (at.Hash != hash || at.IsExpired(nowMs)) continue;
            isReply = false;
            if (at.Key.Equals(key)) return at;
            isReply = true;
            if (at.ReverseKey.Equals(key)) return at;
        }

        isReply = false;
        return null;
    }

    public Connection? Find(in ConnectionKey key, long nowMs) => Find(in key, HashOf(in key), nowMs, out _);

    /// <summary>Under its key, whose reverse need not hash alike when addresses are translated.</summary>
    public void Add(Connection connection)
    {
        if (_count >= _chains.Length) Grow();
        connection.Hash = HashOf(in connection.Key);
        Link(connection);
        _count++;
    }

    public void Remove(Connection connection)
    {
        ref var at = ref _chains[connection.Hash & (uint)(_chains.Length - 1)];
        while (at is not null && !ReferenceEquals(at, connection)) at = ref at.NextInChain;
        if (at is null) return;
        at = connection.NextInChain;
        connection.NextInChain = null;
        _count--;
    }

    private void Link(Connection connection)
    {
        ref var chain = ref _chains[connection.Hash & (uint)(_chains.Length - 1)];
        connection.NextInChain = chain;
        chain = connection;
    }

    private void Grow()
    {
        var old = _chains;
        _chains = new Connection?[old.Length * 2];
        foreach (var chain in old)
        {
            for (var at = chain; at is not null;)
            {
                var next = at.NextInChain;
                Link(at);
                at = next;
            }
        }
    }
}
