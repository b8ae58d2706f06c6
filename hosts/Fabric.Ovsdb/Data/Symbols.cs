namespace Fabric.Ovsdb;

/// <summary>The named UUIDs of one transaction. A name may be used before the insert that gives it (RFC 7047, section 5.2.1).</summary>
internal sealed class Symbols(Func<Guid> newUuid)
{
    private Dictionary<string, Guid>? _uuids;
    private HashSet<string>? _created;

    public Guid Get(string name)
    {
        _uuids ??= [];
        if (!_uuids.TryGetValue(name, out Guid uuid)) _uuids.Add(name, uuid = newUuid());
        return uuid;
    }

    /// <summary>Gives the name to a row that an insert makes, whose UUID the client may have chosen.</summary>
    /// <returns>False if an earlier insert has it.</returns>
    public bool TryCreate(string name, ref Guid? uuid)
    {
        _created ??= [];
        if (!_created.Add(name)) return false;
        if (uuid is { } chosen) (_uuids ??= [])[name] = chosen;
        else uuid = Get(name);
        return true;
    }
}
