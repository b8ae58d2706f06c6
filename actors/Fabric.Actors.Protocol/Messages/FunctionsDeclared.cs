namespace Fabric.Actors.Protocol;

/// <summary>Journal event of the controller: a server's SR-IOV was changed.</summary>
public sealed record FunctionsDeclared(string Server, long Revision, FunctionState State);
