namespace Fabric.OpenFlow;

/// <summary>What a list of actions stands in.</summary>
internal enum ActionOuter
{
    None, ConnectionTrack, Clone, WriteActions,
}
