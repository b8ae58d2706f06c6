namespace Fabric.Actors.Protocol;

/// <summary>One direction of a tunnel between two VTEPs.</summary>
public sealed record LinkState(string Overlay, string Type, uint Vni, string Server, string LocalVtep, string Peer, string RemoteVtep);
