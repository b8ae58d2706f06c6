using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>Sessions of a database server.</summary>
internal sealed class OvsdbSessions(OvsdbServer server) : ISessions<OvsdbSession>
{
    public OvsdbSession Connect(PeerConnection connection, RemoteState remote, long nowMs) =>
        server.Connect(new SessionOptions(connection.Name, remote.Options.ProbeMs, remote.Options.IsReadOnly), nowMs);

    public int TakeOutput(OvsdbSession session, Span<byte> buffer, long nowMs) => session.TakeOutput(buffer, nowMs);

    public bool WantsInput(OvsdbSession session) => session.WantsInput;

    public string? CloseReason(OvsdbSession session) => session.IsClosed ? session.CloseReason : null;

    public void Close(OvsdbSession session, string reason) => session.Close(reason);
}
