using Akka.Actor;
using Akka.Event;
using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.OpenFlow;
using SwitchConfiguration = Fabric.Agent.Configuration.SwitchConfiguration;

namespace Fabric.Actors;

/// <summary>
/// The OpenFlow side of an agent's actor: for each bridge a switch, the sockets <c>BRIDGE.mgmt</c> and <c>BRIDGE.snoop</c>, and the
/// controllers of its rows; made and removed as bridges come and go. It belongs to the actor that owns the agent, whose turns it runs in.
/// </summary>
internal sealed class OpenFlowHub : ISessions<OpenFlowPeer>, IDisposable
{
    /// <summary>After which what was last heard is answered.</summary>
    private const int PatienceMs = 1_000;

    private readonly OvsAgent _agent;
    private readonly IOpenFlowHost _host;
    private readonly OpenFlowPlaces _places;
    private readonly FabricClock _clock;
    private readonly ILoggingAdapter _log;
    private readonly RemoteSet<OpenFlowPeer> _remotes;
    private readonly Dictionary<string, BridgeFace> _faces = [];
    private readonly Dictionary<string, (BridgeFace Face, PeerUse Use, ControllerConfiguration? Row)> _uses = [];
    private readonly HashSet<string> _told = [];
    private readonly List<OpenFlowPeer> _asking = [];
    private long _askedMs;
    private bool _isStatusChanged;
    private SwitchConfiguration _configuration = new();

    public OpenFlowHub(
        OvsAgent agent, IOpenFlowHost host, OpenFlowPlaces places, IActorRef owner, ILoggingAdapter log, IScheduler scheduler,
        FabricClock clock)
    {
        (_agent, _host, _places, _log, _clock) = (agent, host, places, log, clock);
        _remotes = new RemoteSet<OpenFlowPeer>(this, owner, log, scheduler);
    }

    /// <inheritdoc cref="OpenFlowSwitch.LastChange"/>
    public Func<long>? LastChange { get; init; }

    /// <inheritdoc cref="OpenFlowSwitch.Fence"/>
    public PolicyFence? Fence { get; init; }

    /// <summary>
    /// Asks the datapath what its ports count, which <see cref="CountersCame"/> answers; requests for that wait so long. Null where what is
    /// at hand is always new.
    /// </summary>
    public Action? AskCounters { get; set; }

    public IEnumerable<BridgeFace> Faces => _faces.Values;

    /// <summary>Whether something that rows tell has changed since the last call: a connection was made or lost.</summary>
    public bool TakeStatusChange()
    {
        var isChanged = _isStatusChanged;
        _isStatusChanged = false;
        return isChanged;
    }

    /// <summary>Follows the configuration that the agent has just been given.</summary>
    public void Update(SwitchConfiguration configuration)
    {
        _configuration = configuration;
        foreach (var (name, face) in _faces.ToArray())
            if (_agent.FindBridge(name) != face.Switch.Bridge) _faces.Remove(name);
        var wanted = new Dictionary<string, (Remote, RemoteOptions)>(StringComparer.Ordinal);
        _uses.Clear();
        foreach (var bridge in configuration.Bridges)
        {
            if (_agent.FindBridge(bridge.Name) is not { } made) continue;
            if (!_faces.TryGetValue(bridge.Name, out var face))
                _faces.Add(bridge.Name, face = new BridgeFace(new OpenFlowSwitch(made, _host) { LastChange = LastChange, Fence = Fence }));
            face.Switch.Texts = new SwitchTexts(made.Settings.SerialNumber ?? "None", made.Settings.Description ?? "None");
            Want(face, PeerUse.Management, _places.Passive(bridge.Name + ".mgmt"), null, wanted);
            Want(face, PeerUse.Snoop, _places.Passive(bridge.Name + ".snoop"), null, wanted);
            foreach (var controller in bridge.Controllers) Want(face, controller, wanted);
            foreach (var gone in face.Switch.Controllers.Where(c => bridge.Controllers.All(row => row.Target != c.Target)).ToArray())
                face.Switch.RemoveController(gone.Target);
        }

        // As OVS's, a switch that is told no files any more goes on with those it was told before.
        if (configuration.Tls is { } tls)
            _remotes.Tls = new TlsFiles(tls.PrivateKey, tls.Certificate, tls.CaCertificate, tls.Bootstraps);
        _remotes.Update(wanted);
        foreach (var face in _faces.Values) face.Switch.Run(_clock.NowMs);
    }

    /// <summary>False for what concerns none of these connections.</summary>
    public bool TryTake(PeerEvent happened)
    {
        var nowMs = _clock.NowMs;
        switch (happened)
        {
            case PeerConnected connected when _remotes.IsInForce(connected.Remote):
                _remotes.OnConnected(connected, nowMs);
                _isStatusChanged |= _uses[connected.Remote.Key].Use == PeerUse.Controller;
                break;
            case PeerReceived { Connection: { Session: OpenFlowPeer peer } connection }:
                connection.WantsReceive = true;
                peer.Link.Receive(connection.Received, nowMs);
                peer.Run(nowMs);
                break;
            case PeerSent { Connection: { Session: OpenFlowPeer peer } connection }:
                connection.IsSending = false;
                peer.Run(nowMs);
                break;
            case PeerClosed { Connection.Session: OpenFlowPeer peer } closed:
                _remotes.OnClosed(closed, nowMs);
                _isStatusChanged |= peer.Use == PeerUse.Controller;
                break;
            case PeerFailed failed when _remotes.IsInForce(failed.Remote):
                _remotes.OnFailed(failed);
                break;
            case RetryRemote retry when _remotes.IsInForce(retry.Remote):
                _remotes.Retry(retry.Remote);
                break;
            case PeerRefused refused when _remotes.IsInForce(refused.Remote):
                _log.Warning("{0}: {1}: {2}", refused.Remote.Remote.Text, refused.Peer, refused.Reason);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Sends what sessions have to say; to be called at the end of a turn that may have made them say something.</summary>
    /// <returns>Whether requests that had waited were worked on.</returns>
    public bool Flush()
    {
        var (nowMs, hasRun) = (_clock.NowMs, false);
        foreach (var face in _faces.Values)
        {
            if (face.Peers.Count == 0) continue;
            foreach (var peer in face.Peers.ToArray())
            {
                hasRun |= peer.Run(nowMs);
                while (AskCounters is null && peer.IsHeld) peer.Answer(nowMs);
                _remotes.Pump(peer, nowMs);
            }
        }

        AskForHeld(nowMs);
        return hasRun;
    }

    /// <summary>The datapath has answered: to be followed by <see cref="Flush"/>.</summary>
    public void CountersCame()
    {
        foreach (var peer in _asking)
            if (peer.Face.Peers.Contains(peer)) peer.Answer(_clock.NowMs);
        _asking.Clear();
    }

    /// <summary>A question that is under way may have been answered before a request came, which then waits for the next one.</summary>
    private void AskForHeld(long nowMs)
    {
        if (AskCounters is null || _asking.Count > 0) return;
        foreach (var face in _faces.Values)
            foreach (var peer in face.Peers)
                if (peer.IsHeld) _asking.Add(peer);
        if (_asking.Count == 0) return;
        _askedMs = nowMs;
        AskCounters();
    }

    /// <summary>Lets time pass: probes, time-outs of bundles, rate limits.</summary>
    public void Tick()
    {
        var nowMs = _clock.NowMs;
        // A datapath that was restarted forgot the question.
        if (_asking.Count > 0 && nowMs - _askedMs > PatienceMs) CountersCame();
        foreach (var face in _faces.Values)
        {
            face.Switch.Run(nowMs);
            foreach (var peer in face.Peers) peer.Tick(nowMs);
        }

        Flush();
    }

    /// <summary>Drops the connections with controllers of one bridge, or of all; active ones call again.</summary>
    public void Reconnect(string? bridge) => _remotes.Reconnect(_clock.NowMs, state =>
        _uses.TryGetValue(state.Key, out var use) && use.Use == PeerUse.Controller && (bridge is null || use.Face.Name == bridge));

    public ControllerStatus? StatusOf(Guid row)
    {
        foreach (var (key, use) in _uses)
            if (use.Row?.Row == row && _remotes.Find(key) is { } state) return ControllerReport.Of(state, _clock.NowMs);
        return null;
    }

    public void Dispose() => _remotes.Dispose();

    OpenFlowPeer ISessions<OpenFlowPeer>.Connect(PeerConnection connection, RemoteState remote, long nowMs)
    {
        var (face, use, row) = _uses[remote.Key];
        var controller = row is null ? null : face.Switch.Controllers.FirstOrDefault(c => c.Target == row.Target);
        var link = new OpenFlowConnection(VersionsOf(face.Name), remote.Options.ProbeMs, nowMs);
        var peer = new OpenFlowPeer(face, use, controller, link);
        face.Add(peer);
        return peer;
    }

    int ISessions<OpenFlowPeer>.TakeOutput(OpenFlowPeer peer, Span<byte> buffer, long nowMs) => peer.Link.TakeOutput(buffer);

    bool ISessions<OpenFlowPeer>.WantsInput(OpenFlowPeer peer) => peer.WantsInput;

    string? ISessions<OpenFlowPeer>.CloseReason(OpenFlowPeer peer) => peer.Link.Failure
        ?? (peer.Use == PeerUse.Snoop && !peer.Face.HasControllers ? "there is no controller to listen to" : null);

    void ISessions<OpenFlowPeer>.Close(OpenFlowPeer peer, string reason) => peer.Face.Remove(peer);

    /// <summary>From names such as <c>OpenFlow13</c>, whose last digit is one less than the version's number on the wire.</summary>
    private uint VersionsOf(string bridge) =>
        _configuration.Bridges.FirstOrDefault(b => b.Name == bridge)?.Protocols is { Count: > 0 } names
        ? names.Aggregate(0u, (bits, name) => bits | 1u << (name[^1] - '0' + 1)) : OpenFlowConnection.AllVersions;

    private void Want(
        BridgeFace face, PeerUse use, Remote remote, ControllerConfiguration? row, Dictionary<string, (Remote, RemoteOptions)> wanted)
    {
        var key = $"{face.Name}/{remote.Text}";
        // Of two rows with one target the first counts.
        if (!_uses.TryAdd(key, (face, use, row))) return;
        var options = RemoteOptions.DefaultOf(remote) with { MayConverse = true };
        wanted.Add(key, (remote, row is null ? options with { ProbeMs = use == PeerUse.Snoop ? 0 : ControllerConfiguration.ToolProbeMs }
            : options with { ProbeMs = row.ProbeMs, MaxBackoffMs = row.MaxBackoffMs }));
    }

    private void Want(BridgeFace face, ControllerConfiguration row, Dictionary<string, (Remote, RemoteOptions)> wanted)
    {
        if (Remote.TryParse(row.Target, _places.RunDirectory, Remote.OpenFlowPort, out var remote, out var error))
        {
            Want(face, PeerUse.Controller, remote, row, wanted);
            face.Switch.SetController(row.Target, SettingsOf(row), row.ProbeMs / 1_000, _clock.NowMs);
        }
        else if (_told.Add(error))
        {
            _log.Warning("{0}: {1}", face.Name, error);
        }
    }

    private static SessionSettings SettingsOf(ControllerConfiguration row) =>
        new(row.IsPrimary ? SessionKind.Primary : SessionKind.Service)
        {
            HasAsyncMessages = row.HasAsyncMessages, MaxPacketIns = row.QueueSize, PacketInRate = row.RateLimit,
            PacketInBurst = row.BurstLimit,
        };
}
