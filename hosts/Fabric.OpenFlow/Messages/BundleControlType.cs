namespace Fabric.OpenFlow;

/// <summary>What is asked of, or answered about, a bundle (<c>ofp14_bundle_ctrl_type</c>); the numbers are those of the wire.</summary>
public enum BundleControlType
{
    OpenRequest = 0,
    OpenReply = 1,
    CloseRequest = 2,
    CloseReply = 3,
    CommitRequest = 4,
    CommitReply = 5,
    DiscardRequest = 6,
    DiscardReply = 7,
}
