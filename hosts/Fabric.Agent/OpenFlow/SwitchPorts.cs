using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// A bridge's ports as controllers see and set them: descriptions, counters, port mods, and who is told when one comes, changes or goes.
/// </summary>
public sealed class SwitchPorts
{
    private const PortConfigurationBits Settable = PortConfigurationBits.NoStp | PortConfigurationBits.NoReceive
        | PortConfigurationBits.NoReceiveStp | PortConfigurationBits.NoFlood | PortConfigurationBits.NoForward
        | PortConfigurationBits.NoPacketIn;

    private readonly OpenFlowSwitch _switch;

    /// <summary>What controllers were last told of each port, and since when it exists.</summary>
    private readonly Dictionary<AgentPort, (PortDescription Told, long SinceMs)> _known = [];

    internal SwitchPorts(OpenFlowSwitch owner) => _switch = owner;

    private AgentBridge Bridge => _switch.Bridge;

    /// <param name="number"><see cref="OfpPort.None"/> is all.</param>
    public IReadOnlyList<PortDescription> Describe(OfpPort number) => [.. Find(number).Select(Describe)];

    /// <inheritdoc cref="Describe(OfpPort)"/>
    public IReadOnlyList<PortStatistics> Statistics(OfpPort number, long nowMs) => [.. Find(number).Select(port =>
        _switch.Host.Count(port) with { Port = port.Number, Duration = RuleDuration.OfMilliseconds(nowMs - SinceMs(port, nowMs)) })];

    /// <summary>Is this a change that the port can take?</summary>
    public OpenFlowError Check(PortMod mod) => Bridge.FindPort(mod.Port) is not { } port ? OpenFlowError.PmfcBadPort
        : Describe(port).Address != mod.Address ? OpenFlowError.PmfcBadHwAddr
        : OpenFlowError.None;

    /// <param name="source">Who asked: before OpenFlow 1.5 it is not told of what it did itself.</param>
    internal void Apply(PortMod mod, OpenFlowSession? source)
    {
        if (Bridge.FindPort(mod.Port) is not { } port) return;
        var before = Describe(port);
        var toggled = (mod.Configuration ^ before.Configuration) & mod.Mask;
        if ((toggled & PortConfigurationBits.PortDown) != 0)
            _switch.Host.TrySetUp(port, (mod.Configuration & PortConfigurationBits.PortDown) == 0);
        if ((toggled & Settable) != 0)
        {
            port.Configuration ^= toggled & Settable;
            Bridge.PortChanged();
        }

        Tell(port, source);
    }

    /// <summary>Tells controllers of ports that came, changed or went since the last call.</summary>
    internal void Refresh(long nowMs)
    {
        foreach (var gone in _known.Keys.Where(p => Bridge.FindPort(p.Name) != p).ToArray())
        {
            _known.Remove(gone, out var last);
            Tell(PortChangeReason.Delete, last.Told, null, null);
        }

        foreach (var port in Bridge.Ports)
        {
            if (_known.ContainsKey(port))
            {
                Tell(port, null);
                continue;
            }

            var description = Describe(port);
            _known.Add(port, (description, nowMs));
            Tell(PortChangeReason.Add, description, null, null);
        }
    }

    private void Tell(AgentPort port, OpenFlowSession? source)
    {
        var (now, known) = (Describe(port), _known.GetValueOrDefault(port));
        if (known.Told is null || known.Told == now) return;
        _known[port] = (now, known.SinceMs);
        Tell(PortChangeReason.Modify, now, known.Told, source);
    }

    private void Tell(PortChangeReason reason, PortDescription now, PortDescription? before, OpenFlowSession? source)
    {
        foreach (var session in _switch.Sessions)
        {
            if (!session.Hears(AsyncKind.PortStatus, (int)reason)) continue;
            if (session == source && session.Version < OpenFlowVersion.V15) continue;
            if (before is not null && Visible(now, session.Version) == Visible(before, session.Version)) continue;
            session.Send(new PortStatusMessage(reason, now), OutputKind.Other);
        }
    }

    private IEnumerable<AgentPort> Find(OfpPort number) =>
        number == OfpPort.None ? Bridge.Ports : Bridge.FindPort(number) is { } port ? [port] : [];

    private long SinceMs(AgentPort port, long nowMs) => _known.TryGetValue(port, out var known) ? known.SinceMs : nowMs;

    private PortDescription Describe(AgentPort port)
    {
        var device = _switch.Host.Describe(port);
        var configuration = (device.Configuration & PortConfigurationBits.PortDown) | port.Configuration;
        var isLive = port.IsLive && (configuration & PortConfigurationBits.PortDown) == 0 && (device.State & PortStateBits.LinkDown) == 0;
        return device with
        {
            Port = port.Number,
            Name = port.Name,
            Configuration = configuration,
            State = isLive ? device.State | PortStateBits.Live : device.State & ~PortStateBits.Live,
        };
    }

    /// <summary>What a version can say of a port: a change of the rest is none to it.</summary>
    private static PortDescription Visible(PortDescription port, OpenFlowVersion version) => version == OpenFlowVersion.V10
        ? port with { State = port.State & ~(PortStateBits.Live | PortStateBits.Blocked), CurrentSpeed = 0, MaxSpeed = 0 }
        : port with
        {
            Configuration = port.Configuration & (PortConfigurationBits.PortDown | PortConfigurationBits.NoReceive
                | PortConfigurationBits.NoForward | PortConfigurationBits.NoPacketIn),
            State = port.State & (PortStateBits.LinkDown | PortStateBits.Blocked | PortStateBits.Live),
        };
}
