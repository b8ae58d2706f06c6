namespace Fabric.Actors.Protocol;

/// <param name="Mac">Ethernet address of the next hop towards it.</param>
/// <param name="Name">Server or peer.</param>
public sealed record RemoteVtep(string Name, string Address, string Mac, bool IsForeign);
