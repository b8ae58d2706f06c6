namespace Fabric.Agent.Configuration;

/// <summary>A row of <c>Bridge</c> as the agent means it.</summary>
public sealed record BridgeConfiguration(string Name)
{
    public Guid Row { get; init; }

    /// <summary>Empty is <c>system</c>.</summary>
    public string DatapathType { get; init; } = "";

    public FailMode FailMode { get; init; } = FailMode.Standalone;

    public IReadOnlyList<PortConfiguration> Ports { get; init; } = [];

    public IReadOnlyList<MirrorSettings> Mirrors { get; init; } = [];

    public IReadOnlyList<ControllerConfiguration> Controllers { get; init; } = [];

    /// <summary>Versions of OpenFlow that it speaks, such as <c>OpenFlow13</c>; empty: all.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Settings of tables, by number.</summary>
    public IReadOnlyDictionary<byte, FlowTableConfiguration> FlowTables { get; init; } = new Dictionary<byte, FlowTableConfiguration>();

    /// <summary>VLANs whose frames are flooded and not learned from.</summary>
    public IReadOnlyList<ushort> FloodVlans { get; init; } = [];

    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = new Dictionary<string, string>();
}
