using Akka.Event;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// The remotes and files of TLS that the operator asks for, on the command line, through unixctl and in the databases, kept in force; and
/// the status of those that rows ask for, written back to the rows.
/// </summary>
internal sealed class RemoteWishes(
    OvsdbSettings settings, OvsdbServer server, DatabaseSet databases, RemoteSet<OvsdbSession> remotes, ILoggingAdapter log)
{
    private readonly SortedSet<string> _asked = new(settings.Remotes, StringComparer.Ordinal);
    private readonly HashSet<string> _told = [];
    private RemoteTexts _texts = new(databases.FindDatabase);

    /// <summary>As asked for, sorted.</summary>
    public IEnumerable<string> Asked => _asked;

    /// <returns>What is wrong with it, or null.</returns>
    public string? Add(string remote)
    {
        if (RemoteTexts.IsReference(remote))
        {
            var trial = new RemoteTexts(databases.FindDatabase);
            trial.AddRemotes(remote, settings.RunDirectory, []);
            if (trial.Errors.Count > 0) return trial.Errors[0];
        }

        _asked.Add(remote);
        Apply();
        return null;
    }

    public bool Remove(string remote)
    {
        if (!_asked.Remove(remote)) return false;
        Apply();
        return true;
    }

    /// <summary>Whether the group that has just become durable may have changed something here.</summary>
    public bool AreConcerned(DatabaseSet changed)
    {
        if (_texts.Columns.Count == 0) return false;
        foreach (var hosted in changed.All)
        {
            foreach (var commit in hosted.Group)
            {
                if (_texts.AreConcerned(commit)) return true;
            }
        }

        return false;
    }

    /// <summary>Reads the wishes anew and puts them in force.</summary>
    public void Apply()
    {
        _texts = new RemoteTexts(databases.FindDatabase);
        var wanted = new Dictionary<string, (Remote Remote, RemoteOptions Options)>(StringComparer.Ordinal);
        foreach (var remote in settings.OwnRemotes) wanted[remote.Text] = (remote, RemoteOptions.DefaultOf(remote));
        foreach (var text in _asked) _texts.AddRemotes(text, settings.RunDirectory, wanted);
        var (key, certificate, ca) = (
            _texts.FileName(settings.PrivateKey), _texts.FileName(settings.Certificate), _texts.FileName(settings.CaCertificate));
        remotes.Tls = key is not null && certificate is not null && ca is not null
            ? new TlsFiles(key, certificate, ca, settings.BootstrapsCa)
            : null;
        foreach (var error in _texts.Errors)
        {
            if (_told.Add(error)) log.Warning("{0}: {1}", settings.Name, error);
        }

        remotes.Update(wanted);
    }

    /// <summary>
    /// Writes the columns is_connected and status of the rows that remotes come from (ovsdb/ovsdb-server.c, update_remote_row).
    /// </summary>
    public void WriteStatus(long nowMs)
    {
        foreach (var group in _asked.SelectMany(_texts.ManagerRows).GroupBy(found => found.Database))
        {
            var json = new JsonBuffer();
            json.Append((byte)'[');
            foreach (var (_, row) in group.DistinctBy(found => found.Row.Id))
            {
                if (RemoteTexts.Text(row, "target") is not { } target) continue;
                if (json.Size > 1) json.Append((byte)',');
                WriteStatus(json, row, remotes.Find(target), nowMs);
            }

            json.Append((byte)']');
            if (json.Size > 2) server.Execute(group.Key, json.ToArray(), nowMs);
        }
    }

    private static void WriteStatus(JsonBuffer json, Row row, RemoteState? state, long nowMs)
    {
        json.Append("{\"op\":\"update\",\"table\":"u8);
        json.AppendString(row.Table.Name);
        json.Append(",\"where\":[[\"_uuid\",\"==\","u8);
        json.AppendUuid(row.Id);
        json.Append("]],\"row\":{"u8);
        var isFirst = true;
        if (row.Table.TryGetColumn("is_connected", out _))
        {
            json.Append("\"is_connected\":"u8);
            json.AppendBoolean(state?.IsConnected == true);
            isFirst = false;
        }

        if (row.Table.TryGetColumn("status", out _))
        {
            if (!isFirst) json.Append((byte)',');
            json.Append("\"status\":[\"map\",["u8);
            WritePairs(json, RemoteStatus.Of(state, nowMs));
            json.Append("]]"u8);
        }

        json.Append("}}"u8);
    }

    private static void WritePairs(JsonBuffer json, IEnumerable<(string Key, string Value)> pairs)
    {
        var isFirst = true;
        foreach (var (key, value) in pairs)
        {
            json.Append(isFirst ? "["u8 : ",["u8);
            isFirst = false;
            json.AppendString(key);
            json.Append((byte)',');
            json.AppendString(value);
            json.Append((byte)']');
        }
    }
}
