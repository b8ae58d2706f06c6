namespace Fabric.Actors;

/// <summary>To kernel datapath and NIC: what have your ports counted? Answered by <see cref="PortCounterList"/>.</summary>
public sealed class GetPortCounters
{
    public static readonly GetPortCounters Instance = new();
}
