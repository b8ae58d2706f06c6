namespace Fabric.OpenFlow;

/// <summary>What a part of <c>learn</c> makes (OVS: <c>NX_LEARN_DST_*</c>).</summary>
public enum LearnDestination
{
    Match,
    Load,
    Output,
}
