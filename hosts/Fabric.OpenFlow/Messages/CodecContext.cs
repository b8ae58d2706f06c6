namespace Fabric.OpenFlow;

/// <summary>What of a session changes how its messages are written.</summary>
/// <param name="Options">What the fields <c>tun_metadata0</c> to <c>63</c> stand for.</param>
/// <param name="HasTableIds">OpenFlow 1.0: the upper half of a flow mod's command is a table (<see cref="SetFlowModTableId"/>).</param>
public sealed record CodecContext(TunnelOptionMap Options, bool HasTableIds = false)
{
    public static CodecContext Default { get; } = new(TunnelOptionMap.Empty);

    /// <summary>
    /// For a reader that is done with each message before the next: flow mods are read into what lies here, and one is good until the next
    /// is read. Null makes each anew.
    /// </summary>
    public RuleWorkspace? Workspace { get; init; }
}
