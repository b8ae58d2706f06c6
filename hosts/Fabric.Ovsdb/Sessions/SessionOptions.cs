namespace Fabric.Ovsdb;

/// <summary>How a session is served; what a row of the Manager table says of it.</summary>
/// <param name="Name">The peer in words, for logs: "unix#3", "ptcp:6640:127.0.0.1:51234".</param>
/// <param name="ProbeIntervalMs">
/// Silence after which the peer is asked whether it is there; 0 for never, which is ovsdb-server's default on Unix sockets.
/// </param>
/// <param name="IsReadOnly">Transactions that write, and locks, are refused.</param>
public sealed record SessionOptions(string Name, int ProbeIntervalMs = 0, bool IsReadOnly = false)
{
    /// <summary>RECONNECT_DEFAULT_PROBE_INTERVAL of lib/reconnect.h, for sessions over TCP and TLS.</summary>
    public const int DefaultProbeIntervalMs = 5000;
}
