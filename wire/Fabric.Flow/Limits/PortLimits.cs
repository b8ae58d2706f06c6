namespace Fabric.Flow;

/// <summary>All that limits one datapath port: what leaves it by queues, what enters it by policing.</summary>
public sealed record PortLimits(QosSettings? Qos, PolicingSettings Policing = default)
{
    public static PortLimits None { get; } = new(null, default);

    public bool IsNone => Qos is not { IsShaping: true } && Policing.IsNone;
}
