using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Interfaces that speak BFD: their sessions' packets go out like any other, by translation, so that a tunnel gets its outer header; what
/// a session finds out decides whether its port is live (<see cref="AgentPort.IsLive"/>).
/// </summary>
public sealed partial class OvsAgent
{
    /// <summary>A poll and its answer, each way, may fit into one turn; what is left over has time until the next.</summary>
    private const int MaxBfdRounds = 4;

    /// <summary>RFC 5881 section 4.</summary>
    private const ushort FirstBfdPort = 49_152;
    private const int BfdPortCount = 16_384;

    private readonly List<AgentPort> _bfdPorts = [];
    private int _bfdSessionCount;
    private bool _hasBfdNews;

    /// <summary>For discriminators and for the jitter of what the agent sends in its own name.</summary>
    public Random Random { get; init; } = new(1);

    /// <summary>Packets that an interface has received, as late as the datapath tells; tunnels and patches are counted here.</summary>
    public Func<AgentPort, long> CountReceived { get; set; } = port => port.CreditedRxPackets;

    /// <summary>When <see cref="SendOwnPackets"/> has something to do because of BFD; <see cref="long.MaxValue"/> is never.</summary>
    public long NextBfdMs
    {
        get
        {
            var nextMs = long.MaxValue;
            foreach (var port in _bfdPorts) nextMs = Math.Min(nextMs, port.Bfd!.WakeMs);
            return nextMs;
        }
    }

    /// <summary>Begins, changes or, with null, ends a port's session. False when there is no such port.</summary>
    public bool SetBfd(string bridgeName, string name, BfdSettings? settings, long nowMs)
    {
        if (FindBridge(bridgeName)?.FindPort(name) is not { } port) return false;
        if (settings is null)
        {
            EndBfd(port);
            return true;
        }

        if (port.Bfd is null)
        {
            var udpPort = (ushort)(FirstBfdPort + _bfdSessionCount++ % BfdPortCount);
            port.Bfd = new BfdSession(NewDiscriminator(), udpPort, () => ReceivedBy(port), Random);
            _bfdPorts.Add(port);
        }

        // Whose packets are whose may have changed.
        else if (port.Bfd.Settings != settings) port.Bridge.PortChanged();
        port.Bfd.Configure(settings, nowMs);
        FollowBfd(nowMs);
        return true;
    }

    /// <summary>Sessions have something new to say in the database. Asking takes it back.</summary>
    public bool TakeBfdNews()
    {
        var hasNews = _hasBfdNews;
        _hasBfdNews = false;
        foreach (var port in _bfdPorts)
        {
            hasNews |= port.Bfd!.HasNews;
            port.Bfd.HasNews = false;
        }

        return hasNews;
    }

    private void EndBfd(AgentPort port)
    {
        if (!_bfdPorts.Remove(port)) return;
        port.Bfd = null;
        port.WasForwarding = true;
        port.Bridge.PortChanged();
        _hasBfdNews = true;
    }

    private uint NewDiscriminator()
    {
        while (true)
        {
            var number = (uint)Random.NextInt64(1, 1L << 32);
            if (!_bfdPorts.Exists(p => p.Bfd!.Discriminator == number)) return number;
        }
    }

    private long ReceivedBy(AgentPort port) =>
        port.Settings.Type is AgentPortType.Patch or AgentPortType.Tunnel ? port.CreditedRxPackets : CountReceived(port);

    private int SendBfd(FramePool pool, IDatapath datapath, long nowMs)
    {
        if (_bfdPorts.Count == 0) return 0;
        foreach (var port in _bfdPorts) port.Bfd!.Run(nowMs);
        var sent = 0;
        for (var round = 0; round < MaxBfdRounds; round++)
        {
            var before = sent;
            foreach (var port in _bfdPorts)
            {
                if (!port.Bfd!.MustSend(nowMs) || !pool.TryRent(BfdMessage.FrameSize, out var frame)) continue;
                port.Bfd.Write(frame.Bytes, port.Settings.Mac, nowMs);
                SendBy(port, frame, nowMs, datapath);
                sent++;
            }

            if (sent == before) break;
        }

        FollowBfd(nowMs);
        return sent;
    }

    /// <summary>By no input port, as what comes in by one might be taken for the other end's (OVS: <c>xlate_send_packet</c>).</summary>
    private void SendBy(AgentPort port, Frame frame, long nowMs, IDatapath datapath)
    {
        var output = new OutputPortAction(port.Number);
        var actions = port.Bfd!.Settings.IsOam
            ? new OpenFlowActions(new SetFieldAction(OpenFlowFields.TunnelFlagBits, 1, 1), output) : new OpenFlowActions(output);
        var flow = Describe(port.Bridge, frame, new Match().SetInPort(OfpPort.None));
        Run(port.Bridge, frame, ref flow, actions, isPacketOut: false, nowMs, datapath);
    }

    /// <summary>Frames that a translation found to be sessions', before the datapath takes them.</summary>
    private static void Hear(XlateResult result, Frame frame, long nowMs)
    {
        if (result.BfdPorts is null) return;
        foreach (var port in result.BfdPorts) port.Bfd?.Receive(frame.Bytes, nowMs);
    }

    /// <summary>What a session says of its port shows in flows and bonds (OVS: <c>port_run</c>).</summary>
    private void FollowBfd(long nowMs)
    {
        foreach (var port in _bfdPorts)
        {
            var forwards = port.Bfd!.IsForwarding;
            if (port.WasForwarding == forwards) continue;
            port.WasForwarding = forwards;
            port.Bridge.PortChanged();
            port.Bundle.Bond?.Run(nowMs);
        }
    }
}
