using Fabric.Agent;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>
/// One OpenFlow connection of a bridge: bytes to messages, messages to its session, and what the session says to bytes. All whole messages
/// of a read are worked on in one turn, and their answers leave in one write. What a peer has not taken is bounded: then it is not read
/// any further.
/// </summary>
/// <para>A request for what the datapath counts is held, and all that follows it, until the hub has asked the datapath.</para>
/// <param name="controller">Null for tools and listeners.</param>
internal sealed class OpenFlowPeer(BridgeFace face, PeerUse use, SwitchController? controller, OpenFlowConnection link)
{
    /// <summary>Answers that may wait for a peer; with more, its requests wait.</summary>
    private const int MaxUnsentSize = 512 * 1024;

    /// <summary>What a listener may be behind; the rest it does not hear.</summary>
    private const int MaxSnoopSize = 1024 * 1024;

    private readonly MultipartAssembler _assembler = new();
    private CodecContext? _context;
    private (OpenFlowMessage Message, byte[] Raw)? _held;

    public BridgeFace Face => face;

    public PeerUse Use => use;

    /// <summary>Null before a version is agreed on, and for listeners.</summary>
    public OpenFlowSession? Session { get; private set; }

    public OpenFlowConnection Link => link;

    public bool WantsInput => link.UnsentSize < MaxUnsentSize && !IsHeld && Session is not { MayReceive: false };

    /// <summary>A request waits for <see cref="Answer"/>.</summary>
    public bool IsHeld => _held is not null;

    /// <summary>What the datapath counts is at hand.</summary>
    public void Answer(long nowMs)
    {
        if (_held is not { } held) return;
        _held = null;
        Session?.Receive(held.Message, held.Raw, nowMs);
        Run(nowMs);
    }

    /// <summary>Works on what has come, as far as there is room for answers. Returns whether there was anything.</summary>
    public bool Run(long nowMs)
    {
        var hasRun = false;
        while (WantsInput && link.TryTake(out var raw))
        {
            hasRun = true;
            Take(raw, nowMs);
        }

        if (link.IsReady) Begin();
        Drain();
        return hasRun;
    }

    /// <summary>What the session has to say becomes bytes.</summary>
    public void Drain()
    {
        while (Session is not null && link.UnsentSize < MaxUnsentSize && Session.TryTake(out var message))
            Say(message);
    }

    /// <summary>A request whose parts stopped coming is given up.</summary>
    public void Tick(long nowMs)
    {
        link.Tick(nowMs);
        while (Session is not null && _assembler.TryTakeOverdue(nowMs, out var xid))
            Session.Refuse(OpenFlowError.BrcMultipartRequestTimeout, xid);
    }

    /// <summary>For a listener: what was said elsewhere.</summary>
    public void Overhear(ReadOnlySpan<byte> message)
    {
        if (link.IsReady && link.UnsentSize < MaxSnoopSize) link.SendRaw(message);
    }

    public void Close()
    {
        if (Session is not null) face.Switch.Close(Session);
    }

    private void Take(ReadOnlyMemory<byte> raw, long nowMs)
    {
        if (Begin() is not { } session) return;
        if (face.IsSnooped(this)) face.Tell(raw.Span);
        if (!_assembler.TryDecode(raw, link.Version, ContextOf(session), nowMs, out var message, out var request, out var error))
            session.RefuseUnread(error, request.Span);
        else if (message is PortStatisticsRequest or QueueStatisticsRequest) _held = (message, request.ToArray());
        else if (message is not null) session.Receive(message, request, nowMs);
        Drain();
    }

    /// <summary>Null for listeners, who are told and do not ask.</summary>
    private OpenFlowSession? Begin() => use == PeerUse.Snoop ? null : Session ??= controller is not null
        ? face.Switch.Accept(controller, link.Version) : face.Switch.Accept(SessionSettings.Service, link.Version);

    /// <summary>What earlier messages chose; made anew only when that changes. Each message is done with before the next is read.</summary>
    private CodecContext ContextOf(OpenFlowSession session)
    {
        var options = face.Switch.Bridge.TunnelOptions;
        if (_context?.Options != options || _context.HasTableIds != session.HasTableIds)
            _context = new CodecContext(options, session.HasTableIds) { Workspace = new RuleWorkspace() };
        return _context;
    }

    private void Say(OpenFlowMessage message)
    {
        var from = link.UnsentSize;
        link.Send(message, ContextOf(Session!));
        if (face.IsSnooped(this)) face.Tell(link.SentSince(from));
    }
}
