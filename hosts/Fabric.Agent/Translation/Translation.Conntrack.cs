using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Connection tracking (OVS: <c>compose_conntrack_action</c>).</summary>
internal sealed partial class Translation
{
    private NatAction? _nat;

    private void Track(ConnectionTrackAction action, bool isLast)
    {
        var zone = action.Zone;
        if (action.ZoneSource is { } source)
        {
            zone = (ushort)source.Get(ref _flow);
            // What was restored from frozen state belongs to the id, which is matched anyway.
            if (_frozen is null || !IsRestored(source.Field)) ConsultBits(source);
        }

        var (label, mark) = (_mask.Packet.CtLabel, _mask.Packet.CtMark);
        Commit();
        // The list inside sets mark and label; what it sets shows in the mask.
        _nat = null;
        (_mask.Packet.CtLabel, _mask.Packet.CtMark) = (0, 0);
        Execute(action.Actions.Span, isLast);
        Emit(new CtAction(ParametersOf(action, zone)));
        (_mask.Packet.CtLabel, _mask.Packet.CtMark) = (label, mark);
        if (action.RecircTable is { } table)
        {
            _isTracked = true;
            Fork(table, zone);
        }

        _nat = null;
        ClearConnectionFields();
        _trace?.Note("Sets the packet to an untracked state, and clears all the conntrack fields.");
        _isTracked = false;
    }

    private void ClearConnection()
    {
        ClearConnectionFields();
        _isTracked = false;
        Emit(new CtClearAction());
    }

    /// <summary>OVS: <c>flow_clear_conntrack</c>.</summary>
    private void ClearConnectionFields()
    {
        FlowKey.Section(ref _flow.Packet, 6) = default;
        FlowKey.Section(ref _flow.Packet, 7) = default;
    }

    /// <summary>A copy comes back to the table with the connection's state; this one goes on without.</summary>
    private void Fork(byte table, ushort zone)
    {
        _isFreezing = true;
        var nat = _nat;
        if (FinishFreezing(table) is not { } context || _trace is null) return;
        var continuation = new TraceContinuation(context, nat) { Flow = _flow };
        continuation.Flow.Packet.RecircId = context.Id;
        continuation.Flow.Packet.CtZone = zone;
        _trace.Continuations.Add(continuation);
        _trace.Note(
            $"A clone of the packet is forked to recirculate. The forked pipeline will be resumed at table {table}.");
    }

    private CtParameters ParametersOf(ConnectionTrackAction action, ushort zone)
    {
        var isCommit = (action.Flags & CtFlags.Commit) != 0;
        var isForced = isCommit && (action.Flags & CtFlags.Force) != 0;
        ref var mask = ref _mask.Packet;
        return new CtParameters
        {
            Commit = isCommit && !isForced,
            Force = isForced,
            Zone = zone,
            Mark = mask.CtMark == 0 ? null : _flow.Packet.CtMark & mask.CtMark,
            MarkMask = mask.CtMark == 0 ? uint.MaxValue : mask.CtMark,
            Label = mask.CtLabel == 0 ? null : _flow.Packet.CtLabel & mask.CtLabel,
            LabelMask = mask.CtLabel,
            Helper = action.Alg switch { 21 => "ftp", 69 => "tftp", _ => null },
            Nat = _nat is null ? null : NatOf(_nat),
            Timeout = isCommit ? TimeoutOf(zone) : null,
        };
    }

    /// <summary>Only protocols that policies speak of have one (OVS: <c>put_ct_timeout</c>).</summary>
    private string? TimeoutOf(ushort zone) =>
        _flow.Packet.NwProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6
        ? _world.FindTimeoutPolicy(zone)?.ToString(CultureInfo.InvariantCulture)
        : null;

    private static CtNat NatOf(NatAction action)
    {
        var hasDirection = (action.Flags & (NatFlags.Source | NatFlags.Destination)) != 0;
        if (!hasDirection) return new CtNat();
        var isSource = (action.Flags & NatFlags.Source) != 0;
        var hasAddress = action.AddressLow is not null;
        var hasRange = action is { AddressLow: { } low, AddressHigh: { } high } && high.High >= low.High
            && (high.High > low.High || high.Low > low.Low);
        return new CtNat
        {
            Source = isSource,
            Destination = !isSource,
            AddressLow = hasAddress ? TextOf(action.AddressLow!.Value, action.IsIpv4) : null,
            AddressHigh = hasRange ? TextOf(action.AddressHigh!.Value, action.IsIpv4) : null,
            PortLow = hasAddress ? action.PortLow : (ushort)0,
            PortHigh = hasAddress && action.PortLow != 0 && action.PortHigh > action.PortLow ? action.PortHigh : (ushort)0,
            Persistent = (action.Flags & NatFlags.Persistent) != 0,
            Hash = (action.Flags & NatFlags.HashProtocol) != 0,
            Random = (action.Flags & (NatFlags.HashProtocol | NatFlags.RandomProtocol)) == NatFlags.RandomProtocol,
        };
    }

    private static string TextOf(Ipv6Address address, bool isIpv4) =>
        isIpv4 ? new Ipv4Address((uint)address.Low).ToString() : address.ToString();

    /// <summary>Is this field part of frozen metadata (OVS: <c>mf_is_frozen_metadata</c>)?</summary>
    private static bool IsRestored(OpenFlowField field) =>
        field.TunnelIndex is not null || field.Offset is >= 64 and < 128 || field == OpenFlowFields.Metadata
        || field == OpenFlowFields.InPort || (field.Offset >= FlowKey.Size && field.Offset < FlowKey.Size + 64);
}
