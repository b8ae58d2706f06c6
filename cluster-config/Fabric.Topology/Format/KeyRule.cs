namespace Fabric.Topology;

/// <summary>One key of a map.</summary>
/// <param name="Says">For the published schema: what the key means.</param>
internal sealed record KeyRule(string Name, string Says, ValueRule Value)
{
    public bool IsRequired { get; init; }

    /// <summary>The format has it, this version does not: refused, never ignored.</summary>
    public bool IsLater { get; init; }

    public static KeyRule Required(string name, string says, ValueRule value) => new(name, says, value) { IsRequired = true };

    public static KeyRule Later(string name, string says) => new(name, says, ValueShape.Text) { IsLater = true };
}
