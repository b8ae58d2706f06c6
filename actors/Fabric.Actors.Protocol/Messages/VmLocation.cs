namespace Fabric.Actors.Protocol;

/// <param name="Addresses">Without prefix length.</param>
public sealed record VmLocation(string Name, string Server, string Overlay, IReadOnlyList<string> Addresses);
