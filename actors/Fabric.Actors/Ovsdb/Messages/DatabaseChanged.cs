using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>The next commit, told once it is durable.</summary>
public sealed record DatabaseChanged(Commit Commit);
