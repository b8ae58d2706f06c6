namespace Fabric.Actors.Protocol;

/// <summary>What a guest is to ask of its VF, as with <c>ip link set</c> inside the VM; null leaves it as it is.</summary>
public sealed record GuestChange(string Vm, string? Mac = null, bool? Promiscuous = null);
