namespace Fabric.Cluster;

/// <summary>A node cannot start; the message is one line for the operator.</summary>
public sealed class NodeStartException(string message, Exception? inner = null) : Exception(message, inner);
