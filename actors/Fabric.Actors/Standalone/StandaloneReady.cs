namespace Fabric.Actors;

/// <summary>To a <see cref="StandaloneActor"/> as a question, and back as its answer once the switch is as its database says.</summary>
public sealed class StandaloneReady
{
    public static readonly StandaloneReady Instance = new();
}
