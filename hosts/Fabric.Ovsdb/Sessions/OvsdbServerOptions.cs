namespace Fabric.Ovsdb;

/// <summary>Bounds of a server.</summary>
public sealed record OvsdbServerOptions
{
    /// <summary>Largest JSON text a session may send, in bytes.</summary>
    public int MaxMessageSize { get; init; } = JsonFramer.MaxTextSize;

    /// <summary>Unsent bytes beyond the current reply at which a session is closed.</summary>
    public long MaxUnsentSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Unsent bytes beyond which a session's further requests wait.</summary>
    public long PauseUnsentSize { get; init; } = 1024 * 1024;

    /// <summary>
    /// Commits kept so that a client that comes back gets only what it missed (monitor_cond_since). With 0 the server answers as a
    /// standalone ovsdb-server does: never found, transaction ids all zero.
    /// </summary>
    public int HistoryCount { get; init; } = 100;

    /// <summary>Row changes kept over all those commits but the last, which bounds their memory: some 500 bytes each.</summary>
    public int HistoryRowCount { get; init; } = 1_000;
}
