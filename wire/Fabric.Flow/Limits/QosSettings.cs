namespace Fabric.Flow;

/// <summary>
/// What limits the frames that leave by a port (ovs-vswitchd.conf.db(5), table QoS). Types <c>linux-htb</c> and <c>linux-hfsc</c> shape;
/// others (<c>linux-noop</c>, <c>linux-fq_codel</c>, …) do not limit rates and pass everything.
/// </summary>
public sealed record QosSettings(string Type)
{
    /// <summary>Rate when the database gives none: that of the link, unknown here (OVS: <c>htb_parse_qdisc_details__</c>).</summary>
    public const long DefaultMaxRateBps = 10_000_000_000;

    /// <summary>Of all queues together; 0 is <see cref="DefaultMaxRateBps"/>.</summary>
    public long MaxRateBps { get; init; }

    /// <summary>By queue number. Frames of no queue, or of one that is not here, use queue 0.</summary>
    public IReadOnlyDictionary<uint, QueueSettings> Queues { get; init; } = new Dictionary<uint, QueueSettings>();

    public bool IsShaping => Type is "linux-htb" or "linux-hfsc";

    /// <summary>Types that Open vSwitch 3.1 accepts on Linux.</summary>
    public static IReadOnlyList<string> Types { get; } =
        ["linux-htb", "linux-hfsc", "linux-sfq", "linux-codel", "linux-fq_codel", "linux-netem", "linux-noop"];

    /// <summary>
    /// The kernel's name of a queue, which <c>set_queue</c> writes into <c>skb_priority</c> (OVS: <c>dpif_netlink_queue_to_priority</c>):
    /// traffic class 1:(queue + 1). 0 for a queue that has none.
    /// </summary>
    public static uint PriorityOf(uint queue) => queue < 0xf000 ? 0x1_0000 | (queue + 1) : 0;

    /// <summary>The queue that a frame with this <c>skb_priority</c> belongs to.</summary>
    public static uint QueueOf(uint skbPriority) => skbPriority >> 16 == 1 && (skbPriority & 0xffff) > 0 ? (skbPriority & 0xffff) - 1 : 0;

    public bool Equals(QosSettings? other) =>
        other is not null && Type == other.Type && MaxRateBps == other.MaxRateBps && Queues.Count == other.Queues.Count
        && Queues.All(q => other.Queues.TryGetValue(q.Key, out var same) && same == q.Value);

    public override int GetHashCode() => HashCode.Combine(Type, MaxRateBps, Queues.Count);
}
