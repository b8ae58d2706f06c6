namespace Fabric.Flow;

/// <summary>Why a packet goes to the agent (OVS: <c>enum user_action_cookie_type</c>).</summary>
public enum UserspaceReason : byte
{
    /// <summary>No flow matched.</summary>
    Miss,
    Action, SFlow, SlowPath, FlowSample, Ipfix, Controller,
}
