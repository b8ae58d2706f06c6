namespace Fabric.Datapath;

/// <summary>Of connections without a state machine of their own (OVS <c>lib/conntrack-other.c</c>, <c>lib/conntrack-icmp.c</c>).</summary>
internal enum ConversationState : byte
{
    First, Multiple, BothWays,
}
