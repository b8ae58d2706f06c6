namespace Fabric.Datapath;

/// <summary>What one step of an <see cref="ActionProgram"/> does.</summary>
internal enum ActionOp : byte
{
    // Steps that use the frame up: the last of a program gets the frame itself, earlier ones a copy.
    Output,
    Userspace,
    Recirculate,
    Clone,
    Sample,
    CheckPacketLength,
    Drop,
    Unsupported,

    // Steps that change the frame.
    SetTunnel,
    Set,
    PushVlan,
    PopVlan,
    PushMpls,
    PopMpls,
    PushEth,
    PopEth,
    Truncate,
    Hash,
    ClearTracking,

    // Steps that act on more than the frame, and so count although no output follows; they may also keep the frame.
    Track,
    Meter,
}
