namespace Fabric.OpenFlow;

/// <summary>What a list of actions stands in, which limits what it may hold.</summary>
internal enum ActionScope
{
    /// <summary>A rule: actions and instructions.</summary>
    Instructions,

    /// <summary>A group's bucket or a packet-out: actions alone.</summary>
    Actions,
    WriteActions,
    ConnectionTrack,
    Clone,
}
