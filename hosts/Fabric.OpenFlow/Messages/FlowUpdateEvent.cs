namespace Fabric.OpenFlow;

/// <summary>What happened to a rule (<c>ofp_flow_update_event</c>); the numbers are OpenFlow 1.4's.</summary>
public enum FlowUpdateEvent
{
    Initial = 0,
    Added = 1,
    Removed = 2,
    Modified = 3,

    /// <summary>A change that the controller itself asked for.</summary>
    Abbreviated = 4,

    /// <summary>Updates stop until the connection takes what is queued (in OpenFlow 1.4 part of the stream of updates).</summary>
    Paused = 5,
    Resumed = 6,
}
