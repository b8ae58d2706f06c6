namespace Fabric.Agent;

/// <summary>How a connection is treated (columns of <c>Controller</c>; OVS: <c>ofproto_controller</c>).</summary>
public sealed record SessionSettings(SessionKind Kind)
{
    /// <summary>OVS's default for <c>controller_queue_size</c>.</summary>
    public const int DefaultMaxPacketIns = 100;

    /// <summary>The connection of <c>&lt;bridge&gt;.mgmt</c>.</summary>
    public static SessionSettings Service { get; } = new(SessionKind.Service);

    /// <summary>Off: packet-ins and the like come only once the controller configures them (<c>enable_async_messages</c>).</summary>
    public bool HasAsyncMessages { get; init; } = true;

    /// <summary>Packet-ins that may wait for the connection (<c>controller_queue_size</c>); further ones are dropped.</summary>
    public int MaxPacketIns { get; init; } = DefaultMaxPacketIns;

    /// <summary>Packet-ins a second (<c>controller_rate_limit</c>); 0 is no limit.</summary>
    public int PacketInRate { get; init; }

    /// <summary>Packets (<c>controller_burst_limit</c>); 0 is a quarter of the rate.</summary>
    public int PacketInBurst { get; init; }
}
