using Akka.Actor;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>
/// A controller's session with one bridge over its <c>mgmt</c> socket, and the rules that it keeps in force there. Belongs to an actor,
/// which gives it what it hears of connections.
/// </summary>
internal sealed class BridgeLink : ILinkedSession, IDisposable
{
    /// <summary>Bundles came with OpenFlow 1.4.</summary>
    private const OpenFlowVersion FirstWithBundles = OpenFlowVersion.V14;

    private readonly PeerLink _peer;
    private OpenFlowConnection? _link;
    private bool _isBegun;

    public BridgeLink(Remote remote, IActorRef owner, IScheduler scheduler, FabricClock clock) =>
        _peer = new PeerLink(remote, this, owner, scheduler, clock);

    public RuleSync Rules { get; } = new(OverlayProgram.Cookie);

    public BridgePortNumbers? Ports { get; set; }

    public void Dial() => _peer.Dial();

    /// <summary>False for what concerns another connection.</summary>
    public bool TryTake(PeerEvent happened) => _peer.TryTake(happened);

    /// <summary>Works on what has come, sends what follows from it, and asks for more.</summary>
    public void Pump()
    {
        if (_link is not { } link) return;
        while (link.TryTake(out var raw))
        {
            Begin(link);
            if (!MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var message, out _)) continue;
            if (message is EchoRequest echo) link.Send(new EchoReply(echo.Data) { Xid = echo.Xid }, CodecContext.Default);
            else Rules.Receive(message);
        }

        Begin(link);
        foreach (var message in Rules.TakeMessages()) link.Send(message, CodecContext.Default);
        _peer.Send();
        if (link.Failure is { } failure) _peer.Lose(failure);
        else _peer.Resume();
    }

    public void Dispose() => _peer.Dispose();

    void ILinkedSession.Connected(long nowMs)
    {
        _isBegun = false;
        _link = new OpenFlowConnection(OpenFlowConnection.AllVersions, 0, nowMs);
    }

    void ILinkedSession.Receive(ReadOnlySpan<byte> bytes, long nowMs) => _link!.Receive(bytes, nowMs);

    int ILinkedSession.TakeOutput(Span<byte> output) => _link!.TakeOutput(output);

    void ILinkedSession.Disconnected(string reason)
    {
        _link = null;
        Rules.Disconnected();
    }

    private void Begin(OpenFlowConnection link)
    {
        if (_isBegun || !link.IsReady) return;
        _isBegun = true;
        link.Send(Rules.Connected(link.Version >= FirstWithBundles), CodecContext.Default);
    }
}
