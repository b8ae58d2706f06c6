namespace Fabric.OpenFlow;

/// <summary>Flags of <c>learn</c> (OVS: <c>NX_LEARN_F_*</c>).</summary>
[Flags]
public enum LearnFlags
{
    None = 0,
    SendFlowRemoved = 1 << 0,
    DeleteLearned = 1 << 1,
    WriteResult = 1 << 2,
}
