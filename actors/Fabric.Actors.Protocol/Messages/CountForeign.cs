namespace Fabric.Actors.Protocol;

/// <summary>
/// How many messages of this run, which belongs to another overlay, has this VM seen? Answered by <see cref="ForeignCount"/>. Anything but
/// 0 is a broken isolation.
/// </summary>
public sealed record CountForeign(string Vm, uint RunId) : IServerMessage;
