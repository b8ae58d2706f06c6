using Fabric.Flow;

namespace Fabric.Agent.Configuration;

/// <summary>A row of <c>Interface</c> as the agent means it.</summary>
/// <param name="Type">As in the database; empty is <c>system</c>.</param>
public sealed record InterfaceConfiguration(string Name, string Type = "")
{
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Number asked for by the operator.</summary>
    public ushort? Request { get; init; }

    /// <summary>Number that the interface had when the database was last written.</summary>
    public ushort? Earlier { get; init; }

    /// <summary>Address asked for; only a bridge's own port heeds it.</summary>
    public string? Mac { get; init; }

    public int? MtuRequest { get; init; }

    public IReadOnlyDictionary<string, string> ExternalIds { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> OtherConfig { get; init; } = new Dictionary<string, string>();

    public PolicingSettings Policing { get; init; }

    /// <summary>Null: it speaks none.</summary>
    public BfdSettings? Bfd { get; init; }
}
