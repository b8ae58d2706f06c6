namespace Fabric.Actors.Protocol;

/// <summary>Something that a server entity understands; it travels inside a <see cref="ServerEnvelope"/>.</summary>
public interface IServerMessage;
