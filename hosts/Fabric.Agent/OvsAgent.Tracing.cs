using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary><c>ofproto/trace</c> (OVS: <c>ofproto-dpif-trace.c</c>).</summary>
public sealed partial class OvsAgent
{
    private const uint DefaultConnectionState = ConnectionBits.Tracked | ConnectionBits.New;

    private static readonly string Ruler = new('=', 79);

    /// <summary>
    /// Follows a packet through a bridge, and each copy that tracking sends back through what it comes back to.
    /// </summary>
    public string Trace(AgentBridge bridge, ref OpenFlowKey flow, TraceOptions options, long nowMs)
    {
        _nowMs = nowMs;
        var text = new StringBuilder();
        var states = new Queue<uint>(options.NextConnectionStates);
        var queue = new Queue<TraceContinuation>();
        TraceOnce(bridge, ref flow, options, queue, text);
        while (queue.TryDequeue(out var next))
        {
            WriteHead(next, states, text);
            TraceOnce(bridge, ref next.Flow, options, queue, text);
            Recirculations.Release(next.Context, nowMs);
        }

        return text.ToString();
    }

    /// <summary>
    /// Which bridge a packet of the datapath is in, with its input port as the bridge numbers it (OVS: <c>xlate_lookup</c>).
    /// </summary>
    public bool TryFindInput(ref OpenFlowKey flow, [NotNullWhen(true)] out AgentBridge? bridge, out string error)
    {
        bridge = new Translation(this, hasEffects: false).FindInput(ref flow.Packet, out var port, out var reason);
        flow.InPort = port;
        error = reason switch
        {
            XlateError.NoTunnelPort => "no OpenFlow tunnel port for this packet",
            XlateError.NoInputPort => $"no OpenFlow port for datapath port {flow.Packet.InPort.Value}",
            XlateError.NoRecirculationContext => $"no recirculation data for recirc_id 0x{flow.Packet.RecircId:x}",
            _ => "",
        };
        return bridge is not null;
    }

    private void TraceOnce(
        AgentBridge bridge, ref OpenFlowKey flow, TraceOptions options, Queue<TraceContinuation> queue, StringBuilder text)
    {
        var translation = new Translation(this, options.HasPacket, options);
        var result = translation.Run(bridge, ref flow, options.Actions);
        text.Append(result.Trace);
        if (options.HasPacket) result.Cache.Apply(0, 0, _nowMs, flow.Packet.TcpFlags);
        foreach (var next in translation.Continuations)
            if (RecircContexts.TryRetain(next.Context)) queue.Enqueue(next);
        result.Cache.Release(Recirculations, _nowMs);
    }

    private static void WriteHead(TraceContinuation next, Queue<uint> states, StringBuilder text)
    {
        text.Append("\n\n").Append(Ruler).Append(CultureInfo.InvariantCulture, $"\nrecirc(0x{next.Context.Id:x}) - resume conntrack with ");
        if (states.TryDequeue(out var state))
        {
            var names = state == 0 ? "" : FieldText.Format(F.CtState, state, state, NoOpenFlowPorts.Instance).Replace('+', '|')[1..];
            text.Append("ct_state=").Append(names);
        }
        else
        {
            state = DefaultConnectionState;
            text.Append("default ct_state=trk|new (use --ct-next to customize)");
        }

        text.Append('\n');
        next.Flow.Packet.CtState = state;
        if (next.Nat is { } nat)
        {
            // As if the first address and port were always free.
            text.Append("Replacing src/dst IP/ports to simulate NAT:\n Initial flow: ");
            WriteAddresses(ref next.Flow, nat, text);
            Replace(ref next.Flow, nat);
            text.Append(" Modified flow: ");
            WriteAddresses(ref next.Flow, nat, text);
        }

        text.Append(Ruler).Append("\n\n");
    }

    private static void Replace(ref OpenFlowKey flow, NatAction nat)
    {
        if (nat.AddressLow is not { } address) return;
        ref var packet = ref flow.Packet;
        var (isSource, isDestination) = ((nat.Flags & NatFlags.Source) != 0, (nat.Flags & NatFlags.Destination) != 0);
        if (nat.IsIpv4)
        {
            var ipv4 = new Wire.Ipv4Address((uint)address.Low);
            if (isSource) packet.NwSource = ipv4;
            if (isDestination) packet.NwDestination = ipv4;
        }
        else
        {
            if (isSource) packet.Ipv6Source = address;
            if (isDestination) packet.Ipv6Destination = address;
        }

        if (nat.PortLow == 0) return;
        if (isSource) packet.TpSource = nat.PortLow;
        if (isDestination) packet.TpDestination = nat.PortLow;
    }

    private static void WriteAddresses(ref OpenFlowKey flow, NatAction nat, StringBuilder text)
    {
        ref var packet = ref flow.Packet;
        if (nat.AddressLow is null)
        {
            text.Append('\n');
            return;
        }

        var (source, destination) = nat.IsIpv4
            ? ($"nw_src={packet.NwSource}", $"nw_dst={packet.NwDestination}")
            : ($"ipv6_src=[{packet.Ipv6Source}]", $"ipv6_dst=[{packet.Ipv6Destination}]");
        text.Append(CultureInfo.InvariantCulture, $"{source},tp_src={packet.TpSource},{destination},tp_dst={packet.TpDestination}\n");
    }
}
