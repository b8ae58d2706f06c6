namespace Fabric.Actors.Protocol;

/// <summary>A server's SR-IOV after a change.</summary>
public sealed record VfReply(string Server, string Eswitch, int VfCount, int VfLimit, IReadOnlyList<VfState> Vfs);
