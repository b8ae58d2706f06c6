namespace Fabric.Ovsdb;

/// <summary>A session's monitor: its id, and the watched tables it shares with others that watch the same.</summary>
internal sealed class MonitorSubscription
{
    public MonitorSubscription(OvsdbSession session, ServedDatabase database, SharedMonitor monitor, byte[] id, string key)
    {
        (Session, Database, Monitor, Id, Key, Head) = (session, database, monitor, id, key, HeadOf(monitor.Version, id));
    }

    public OvsdbSession Session { get; }

    public ServedDatabase Database { get; }

    public SharedMonitor Monitor { get; set; }

    /// <summary>The client's id for it, any JSON value.</summary>
    public byte[] Id { get; private set; }

    /// <summary>The id in one spelling, so that equal ids are found.</summary>
    public string Key { get; private set; }

    /// <summary>Every update of this monitor begins with these bytes; the rest is <see cref="SharedMonitor"/>'s.</summary>
    public byte[] Head { get; private set; }

    public void Rename(byte[] id, string key) => (Id, Key, Head) = (id, key, HeadOf(Monitor.Version, id));

    private static byte[] HeadOf(MonitorVersion version, byte[] id)
    {
        var json = new JsonBuffer();
        json.Append(version switch
        {
            MonitorVersion.Update => """{"id":null,"method":"update","params":["""u8,
            MonitorVersion.Update2 => """{"id":null,"method":"update2","params":["""u8,
            _ => """{"id":null,"method":"update3","params":["""u8,
        });
        json.Append(id);
        json.Append((byte)',');
        return json.ToArray();
    }
}
