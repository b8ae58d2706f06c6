namespace Fabric.Agent;

/// <summary>Of a session, and of its other end, as it says (RFC 5880 section 4.1, Sta).</summary>
public enum BfdState : byte
{
    AdminDown,
    Down,
    Init,
    Up,
}
