using System.Text;
using Akka.Cluster.Sharding;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

/// <summary>Finds the shard of a server. The hash is our own (FNV-1a), so that every node and every version agrees on it.</summary>
internal sealed class ServerExtractor : IMessageExtractor
{
    /// <summary>Many more than nodes, so that servers spread evenly; few enough to be cheap to coordinate.</summary>
    public const int ShardCount = 256;

    public string? EntityId(object message) => (message as ServerEnvelope)?.Server;

    public object EntityMessage(object message) => ((ServerEnvelope)message).Message;

    public string? ShardId(object message) => message is ServerEnvelope envelope ? ShardId(envelope.Server) : null;

    public string ShardId(string entityId, object? messageHint = null)
    {
        var hash = 2_166_136_261u;
        foreach (var b in Encoding.UTF8.GetBytes(entityId)) hash = (hash ^ b) * 16_777_619u;
        return (hash % ShardCount).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
