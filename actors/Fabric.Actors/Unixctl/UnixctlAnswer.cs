using Fabric.Agent;

namespace Fabric.Actors;

public sealed record UnixctlAnswer(long Cookie, UnixctlReply Reply);
