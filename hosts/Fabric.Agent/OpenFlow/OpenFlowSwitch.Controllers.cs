using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Controllers of the database, and what the bridge does without them.</summary>
public sealed partial class OpenFlowSwitch
{
    private readonly List<SwitchController> _controllers = [];
    private readonly FailOpen _failOpen = new();
    private ulong _bogusMacs = 0x002320_000001;

    public IReadOnlyList<SwitchController> Controllers => _controllers;

    /// <summary>The bridge forwards by itself, since its controllers are lost.</summary>
    public bool IsFailingOpen => _failOpen.IsActive;

    /// <summary>Adds a controller or changes one; sessions that are up take on what they can.</summary>
    public SwitchController SetController(string target, SessionSettings settings, int probeSeconds, long nowMs)
    {
        if (_controllers.Find(c => c.Target == target) is not { } controller)
        {
            controller = new SwitchController(target, settings, probeSeconds, nowMs);
            _controllers.Add(controller);
            return controller;
        }

        (controller.Settings, controller.ProbeSeconds) = (settings, probeSeconds);
        foreach (var session in controller.Connected) session.Configure(settings);
        return controller;
    }

    /// <summary>The shell closes its connections.</summary>
    public void RemoveController(string target)
    {
        if (_controllers.Find(c => c.Target == target) is not { } controller) return;
        _controllers.Remove(controller);
        foreach (var session in controller.Connected.ToArray()) Close(session);
    }

    /// <summary>A connection to this controller has agreed on a version.</summary>
    public OpenFlowSession Accept(SwitchController controller, OpenFlowVersion version)
    {
        var session = Accept(controller.Settings, version);
        controller.Connected.Add(session);
        return session;
    }

    /// <summary>A packet that a translation sends to controllers: those with this id that want to hear of its reason get it.</summary>
    /// <param name="continuation">For those who can bring a paused packet back; empty when it did not pause.</param>
    public void Deliver(PacketIn packet, ushort controllerId, HexBytes continuation, long nowMs)
    {
        foreach (var session in _sessions)
            if (session.ControllerId == controllerId && session.Hears(AsyncKind.PacketIn, (int)packet.Reason))
                session.Deliver(packet, continuation, nowMs);
    }

    void IPacketInSink.Receive(PacketInEvent packet) => Deliver(new PacketIn(packet.Data)
    {
        PipelineFields = packet.ToPipelineFields(),
        Reason = packet.Reason,
        Table = packet.Table,
        Cookie = packet.Cookie,
        UserData = packet.UserData,
    }, packet.ControllerId, packet.Continuation, _nowMs);

    internal void NoteAdmission(OpenFlowSession session)
    {
        if (_controllers.Find(c => c.Connected.Contains(session)) is not { } controller) return;
        controller.AdmittedMs = session.AdmittedMs;
        if (_failOpen.IsActive && session.Settings.Kind == SessionKind.Primary) EndFailOpen();
    }

    private IEnumerable<SwitchController> Primaries => _controllers.Where(c => c.Settings.Kind == SessionKind.Primary);

    private void RunFailOpen(long nowMs)
    {
        if (Bridge.Settings.FailMode != FailMode.Standalone || !Primaries.Any())
        {
            EndFailOpen();
            return;
        }

        var failed = Primaries.Where(c => c.IsActive).Select(c => c.FailureSeconds(nowMs)).DefaultIfEmpty(0).Min();
        if (_failOpen.Run(failed, Primaries.Max(c => c.ProbeSeconds)))
        {
            Bridge.Tables.Clear();
            Bridge.Tables.SetHiddenRule(new OpenFlowActions(new OutputPortAction(OfpPort.Normal)), FailOpen.RulePriority, nowMs);
        }

        if (_failOpen.IsBogusPacketDue(Primaries.Any(c => c.Connected.Count > 0), nowMs)) SendBogusPacket(nowMs);
    }

    private void EndFailOpen()
    {
        if (_failOpen.Recover()) Bridge.Tables.RemoveHiddenRule();
    }

    /// <summary>A reverse ARP from an address that nobody has, so that a controller which lets the switch in reacts.</summary>
    private void SendBogusPacket(long nowMs)
    {
        var mac = new Wire.MacAddress(_bogusMacs++);
        Deliver(new PacketIn(new HexBytes(LearningPacket.Make(mac)))
        {
            PipelineFields = new Match().SetInPort(OfpPort.Local),
            Reason = PacketInReason.NoMatch,
        }, 0, HexBytes.Empty, nowMs);
    }
}
