namespace Fabric.Agent;

/// <summary>One link of a <see cref="LacpAggregator"/>.</summary>
internal sealed class LacpMember(AgentPort port)
{
    public AgentPort Port { get; } = port;

    /// <summary>What the other end said last; what it was assumed to be, once that is old.</summary>
    public LacpInfo Partner { get; set; }

    /// <summary>What the other end was told, or showed to know, last.</summary>
    public LacpInfo Told { get; set; }

    public LacpMemberStatus Status { get; set; } = LacpMemberStatus.Defaulted;

    /// <summary>Belongs to the aggregate: its partner is that of the others.</summary>
    public bool IsAttached { get; set; }

    public bool IsUp { get; set; } = port.IsUp;

    public long NextSendMs { get; set; }

    public long ExpiresMs { get; set; }

    public long ReceivedPdus { get; set; }

    public long BadPdus { get; set; }

    /// <summary>Of the marker protocol, which nobody here answers.</summary>
    public long MarkerPdus { get; set; }

    public long SentPdus { get; set; }

    /// <summary>Times that the partner fell silent, that it was given up, and that the link went up or down.</summary>
    public long ExpiredCount { get; set; }

    public long DefaultedCount { get; set; }

    public long LinkChangeCount { get; set; }
}
