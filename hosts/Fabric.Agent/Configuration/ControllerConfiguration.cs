namespace Fabric.Agent.Configuration;

/// <summary>A row of <c>Controller</c>.</summary>
public sealed record ControllerConfiguration(string Target)
{
    public Guid Row { get; init; }
}
