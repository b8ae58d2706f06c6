using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>One client of a control socket: what it asked and has not been told yet.</summary>
internal sealed class UnixctlClient(PeerConnection connection)
{
    public PeerConnection Connection { get; } = connection;

    public UnixctlSession Session { get; } = new();

    public Queue<UnixctlRequest> Waiting { get; } = new();

    /// <summary>The request at work; null when there is none.</summary>
    public UnixctlRequest? Current { get; set; }
}
