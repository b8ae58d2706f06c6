namespace Fabric.Actors;

/// <summary>The NIC's firmware is reset: it loses what it had and starts anew (fault injection).</summary>
public sealed class ResetNic
{
    public static readonly ResetNic Instance = new();
}
