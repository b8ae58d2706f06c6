namespace Fabric.Actors;

/// <summary>Asks a part of a server for its state; each kind of part answers with its own record.</summary>
public sealed class GetPartState
{
    public static readonly GetPartState Instance = new();
}
