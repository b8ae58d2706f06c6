namespace Fabric.Agent;

/// <summary>Which bound a message of a session falls under.</summary>
internal enum OutputKind
{
    Other,
    Reply,
    PacketIn,
    Monitor,
}
