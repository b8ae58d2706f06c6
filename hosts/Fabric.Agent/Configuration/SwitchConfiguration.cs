using Fabric.Flow;

namespace Fabric.Agent.Configuration;

/// <summary>What the database wants a switch to be: the rows of schema Open_vSwitch 8.3.1, typed and joined. Immutable.</summary>
public sealed record SwitchConfiguration
{
    public IReadOnlyList<BridgeConfiguration> Bridges { get; init; } = [];

    public IReadOnlyList<ZoneConfiguration> Zones { get; init; } = [];

    /// <summary>For connections with controllers; null: not configured.</summary>
    public TlsConfiguration? Tls { get; init; }

    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// No flow is to be offered to a NIC: the database says <c>hw-offload=false</c>. OVS takes silence for that, too; here silence leaves
    /// it to the server's plan.
    /// </summary>
    public bool IsOffloadOff => string.Equals(OtherConfig.GetValueOrDefault("hw-offload"), "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>As written; null when nothing is.</summary>
    public string? TcPolicyText => OtherConfig.GetValueOrDefault("tc-policy");

    /// <summary>Where flows are put; null when what is written is no policy, and the one before goes on.</summary>
    public TcPolicy? TcPolicy => TcPolicyText switch
    {
        null or "none" => Flow.TcPolicy.None,
        "skip_sw" => Flow.TcPolicy.SkipSw,
        "skip_hw" => Flow.TcPolicy.SkipHw,
        _ => null,
    };

    /// <summary>A NIC without room gives places to busier flows.</summary>
    public bool RebalancesOffload =>
        string.Equals(OtherConfig.GetValueOrDefault("offload-rebalance"), "true", StringComparison.OrdinalIgnoreCase);
}
