namespace Fabric.Actors.Protocol;

/// <summary>Destroys these VFs, or all.</summary>
public sealed record VfDestroy(IReadOnlyList<string> Vfs, bool All = false);
