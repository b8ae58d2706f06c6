using Fabric.Flow;

namespace Fabric.Agent.Configuration;

/// <summary>A row of <c>Port</c> as the agent means it; several interfaces make it a bond.</summary>
public sealed record PortConfiguration(string Name, IReadOnlyList<InterfaceConfiguration> Interfaces)
{
    public Guid Row { get; init; }

    public ushort? Tag { get; init; }

    /// <summary>Empty is all.</summary>
    public IReadOnlyList<ushort> Trunks { get; init; } = [];

    /// <summary>Customer VLANs of a dot1q-tunnel; empty is all.</summary>
    public IReadOnlyList<ushort> CustomerVlans { get; init; } = [];

    /// <summary>As in the database; null leaves it to the tag.</summary>
    public string? VlanMode { get; init; }

    public string? BondMode { get; init; }

    public string? Lacp { get; init; }

    public int BondUpDelayMs { get; init; }

    public int BondDownDelayMs { get; init; }

    /// <summary>Address of the member that was active last, as the database has it.</summary>
    public string? LastActive { get; init; }

    /// <summary>Protected ports do not speak to each other.</summary>
    public bool IsProtected { get; init; }

    public QosSettings? Qos { get; init; }

    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = new Dictionary<string, string>();
}
