namespace Fabric.Agent.Configuration;

/// <summary>
/// A row of <c>Controller</c>, with OVS's defaults for what it leaves out (vswitchd/bridge.c, <c>bridge_configure_remotes</c>). In-band
/// control is not done: every connection is treated as out-of-band.
/// </summary>
public sealed record ControllerConfiguration(string Target)
{
    public const int DefaultMaxBackoffMs = 8_000;
    public const int DefaultProbeMs = 5_000;
    public const int DefaultQueueSize = 100;

    /// <summary>Whatever less is asked for (lib/rconn.c, <c>rconn_set_probe_interval</c>).</summary>
    public const int LeastProbeMs = 5_000;

    /// <summary>Of those who come by a bridge's own socket.</summary>
    public const int ToolProbeMs = 60_000;

    public Guid Row { get; init; }

    /// <summary>
    /// A primary controller decides what the bridge does and makes fail_mode matter; a service only asks and tells.
    /// </summary>
    public bool IsPrimary { get; init; } = true;

    /// <summary>Longest pause between two attempts of an active connection.</summary>
    public int MaxBackoffMs { get; init; } = DefaultMaxBackoffMs;

    /// <summary>0: none.</summary>
    public int ProbeMs { get; init; } = DefaultProbeMs;

    public bool HasAsyncMessages { get; init; } = true;

    /// <summary>Packet-ins a second; 0: no limit.</summary>
    public int RateLimit { get; init; }

    /// <summary>Packet-ins at once, with a rate limit.</summary>
    public int BurstLimit { get; init; }

    /// <summary>Packet-ins that wait for the rate limit.</summary>
    public int QueueSize { get; init; } = DefaultQueueSize;

    /// <summary>Without a type, whoever is called is a primary controller and whoever calls a service.</summary>
    public static bool IsPrimaryTarget(string target, string? type) =>
        type is null ? !target.StartsWith('p') : type == "primary";
}
