namespace Fabric.Ovsdb;

/// <summary>
/// The named locks of a server (RFC 7047, 4.1.8 to 4.1.10; ovsdb/server.c). Of those that wait for a lock the first owns it. A session
/// asks for a lock at most once until it unlocks; a stolen lock stays on its books until then, and when it had been obtained by stealing
/// the victim no longer waits.
/// </summary>
internal sealed class LockTable
{
    private sealed record Claim(OvsdbSession Session, bool IsStolen);

    private readonly Dictionary<string, LinkedList<Claim>> _locks = new(StringComparer.Ordinal);

    public bool IsOwner(string name, OvsdbSession session) => Owner(name) == session;

    public bool Lock(string name, OvsdbSession session)
    {
        Claims(name).AddLast(new Claim(session, false));
        session.AskedLocks.Add(name);
        return IsOwner(name, session);
    }

    /// <summary>Makes the session the owner. Returns who owned it before, to be told.</summary>
    public OvsdbSession? Steal(string name, OvsdbSession session)
    {
        var claims = Claims(name);
        var victim = claims.First;
        if (victim is { Value.IsStolen: true }) claims.Remove(victim);
        claims.AddFirst(new Claim(session, true));
        session.AskedLocks.Add(name);
        return victim?.Value.Session;
    }

    /// <summary>
    /// Takes the session off the name. Returns who owns it now, to be told: ovsdb-server also tells an owner that owned it all along, when
    /// one that only waited gives up.
    /// </summary>
    public OvsdbSession? Unlock(string name, OvsdbSession session)
    {
        session.AskedLocks.Remove(name);
        if (!_locks.TryGetValue(name, out var claims)) return null;
        var claim = claims.FirstOrDefault(c => c.Session == session);
        if (claim is null) return null;
        claims.Remove(claim);
        if (claims.Count == 0) _locks.Remove(name);
        return claims.First?.Value.Session;
    }

    private OvsdbSession? Owner(string name) => _locks.TryGetValue(name, out var claims) ? claims.First?.Value.Session : null;

    private LinkedList<Claim> Claims(string name)
    {
        if (!_locks.TryGetValue(name, out var claims)) _locks[name] = claims = [];
        return claims;
    }
}
