using Fabric.Flow;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Packets for controllers (OVS: <c>xlate_controller_action</c>).</summary>
internal sealed partial class Translation
{
    private const byte ActionReason = 1;
    private const byte InvalidTtlReason = 2;
    private const byte ActionSetReason = 3;
    private const byte GroupReason = 4;
    private const byte PacketOutReason = 5;

    /// <summary>OVS <c>OFPR_EXPLICIT_MISS</c>: a rule says what becomes of packets that no other rule matches.</summary>
    private const byte ExplicitMissReason = 6;

    /// <summary>False: the packet's time is up; this list ends.</summary>
    private bool TryDecrementTtl(DecTtlAction action)
    {
        _mask.Packet.NwTtl = 0xff;
        _mask.Packet.NwProto = 0xff;
        if (!IsIp) return true;
        if (_flow.Packet.NwTtl > 1)
        {
            _flow.Packet.NwTtl--;
            return true;
        }

        foreach (var controller in action.ControllerIds) ToController(ushort.MaxValue, InvalidTtlReason, controller, null, HexBytes.Empty);
        _trace?.Warn($"IPv{(_flow.Packet.EthType == Wire.EtherType.Ipv4 ? 4 : 6)} decrement TTL exception");
        return false;
    }

    private void OutputToController(ushort maxLength, bool isBucket)
    {
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Controller);
            return;
        }

        var reason = _isPacketOut ? PacketOutReason : isBucket ? GroupReason : _isActionSet ? ActionSetReason : ActionReason;
        ToController(maxLength, reason, 0, null, HexBytes.Empty);
    }

    private void ToController(ushort maxLength, byte reason, ushort controllerId, uint? meterId, HexBytes userData)
    {
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Controller);
            return;
        }

        Commit();
        if (reason == ActionReason && _rule is { Priority: 0 } rule && OpenFlowKey.UsedSections(ref rule.Match.Mask) == 0)
            reason = ExplicitMissReason;
        var context = AcquireId(MakeState(_table, OpenFlowActions.Drop, OpenFlowActions.Drop, null, userData));
        var meter = _bridge.Meters.Find(meterId ?? MeterMod.Controller);
        if (meter is null)
        {
            EmitController(isContinuation: false, context.Id, maxLength, reason, controllerId);
            return;
        }

        var outer = BeginNested();
        Emit(new MeterAction(meter.DatapathId));
        EmitController(isContinuation: false, context.Id, maxLength, reason, controllerId);
        Emit(new SampleAction(uint.MaxValue, EndNested(outer)));
    }

    /// <summary>A trace without a packet tells the controller nothing.</summary>
    private void EmitController(bool isContinuation, uint recircId, ushort maxLength, byte reason, ushort controllerId) =>
        Emit(new UserspaceAction(0, UserspaceReason.Controller, _cookie)
        {
            Controller = new ControllerCookie(
                reason, DontSend: !_hasEffects && _trace is not null && !isContinuation, isContinuation, recircId, controllerId, maxLength),
        });
}
