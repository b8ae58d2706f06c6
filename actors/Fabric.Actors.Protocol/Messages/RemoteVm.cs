namespace Fabric.Actors.Protocol;

public sealed record RemoteVm(string Mac, string Vtep);
