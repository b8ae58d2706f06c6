using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// Stopping where only the datapath, or a controller, can tell how to go on, and going on there (OVS: "Freezing Translation" in
/// <c>struct xlate_ctx</c>).
/// </summary>
internal sealed partial class Translation
{
    /// <summary>Bytes 91 to 95 of the key: which options and other protocols there were, which rules do not see.</summary>
    private static readonly Vector256<byte> HiddenTunnelBits = Vector256.Create(0UL, 0UL, 0UL, 0xffff_ffff_ff00_0000UL).AsByte();

    private List<OpenFlowAction> _frozenActions => _keys.FrozenActions;
    private UnrollAction? _lastUnroll;
    private bool _isFreezing;
    private ControllerAction? _pause;

    /// <summary>The hash that the datapath computes before it sends the packet back.</summary>
    private HashAction? _recircHash;

    private void Freeze()
    {
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Recirculation);
            return;
        }

        _isExiting = true;
        _isFreezing = true;
    }

    private void CancelFreeze()
    {
        if (!_isFreezing) return;
        _isFreezing = false;
        _recircHash = null;
        _frozenActions.Clear();
        _lastUnroll = null;
        _pause = null;
    }

    /// <summary>Notes what is left of a list, and whose list it is where that can show.</summary>
    private void FreezeActions(ReadOnlySpan<OpenFlowAction> actions)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case OutputFieldAction or OutputTruncatedAction or GroupAction or OutputPortAction or ControllerAction
                    or DecMplsTtlAction or DecTtlAction or ResubmitAction { Table: null }:
                    NoteOrigin();
                    break;

                // Instructions cannot be among actions.
                case GotoTableAction a:
                    _frozenActions.Add(new ResubmitAction(OfpPort.InPort, a.Table));
                    continue;
                case WriteMetadataAction a:
                    _frozenActions.Add(new SetFieldAction(F.Metadata, a.Value, a.Mask));
                    continue;
                case NoteAction or ConjunctionAction:
                    continue;
            }

            _frozenActions.Add(action);
        }
    }

    private void NoteOrigin()
    {
        if (_lastUnroll is not null && _lastUnroll.Table == _table && _lastUnroll.Cookie == _cookie) return;
        _lastUnroll = new UnrollAction(_table, _cookie);
        _frozenActions.Add(_lastUnroll);
    }

    private void Unroll(UnrollAction action)
    {
        (_table, _cookie) = (action.Table, action.Cookie);
        _trace?.Report(TraceKind.Thaw, $"restored state: table={action.Table}, cookie=0x{action.Cookie:x}");
    }

    private FrozenState MakeState(byte table, OpenFlowActions actions, OpenFlowActions actionSet, AgentPort? input, HexBytes userData)
    {
        var kept = KeptTunnelBits();
        var metadata = FrozenState.MetadataOf(ref _flow);
        FlowKey.Section(ref metadata.Packet, 2) &= kept.Tunnel;
        FlowKey.Section(ref metadata.Packet, 3) &= kept.TunnelIpv6;
        return MakeState(table, actions, actionSet, input, userData, metadata, kept);
    }

    /// <summary>Those that were read or written; all, where the packet no longer has the outer header that it came with.</summary>
    private (Vector256<byte> Tunnel, Vector256<byte> TunnelIpv6) KeptTunnelBits()
    {
        if (!_arrived.Packet.HasTunnel) return FrozenState.AllKept;
        for (var i = 0; i < TunnelOptionMap.FieldCount && _flow.TunnelPresent != 0; i++)
            if ((_flow.TunnelPresent & 1UL << i) != 0 && _bridge.TunnelOptions.FieldAt(i) is { } option) Consult(option);
        // Behind a patch port there is only what rules set.
        if (_bridge != _arrivedIn || !_flow.Packet.HasTunnel) return FrozenState.AllKept;
        if (_base.Packet.HasTunnel)
        {
            FlowKey.Section(ref _mask.Packet, 2) |= ~HiddenTunnelBits;
            FlowKey.Section(ref _mask.Packet, 3) = Vector256<byte>.AllBitsSet;
            return FrozenState.AllKept;
        }

        return (FlowKey.Section(ref _mask.Packet, 2) | (FlowKey.Section(ref _flow.Packet, 2) ^ FlowKey.Section(ref _arrived.Packet, 2))
                | HiddenTunnelBits,
            FlowKey.Section(ref _mask.Packet, 3) | (FlowKey.Section(ref _flow.Packet, 3) ^ FlowKey.Section(ref _arrived.Packet, 3)));
    }

    private FrozenState MakeState(
        byte table, OpenFlowActions actions, OpenFlowActions actionSet, AgentPort? input, HexBytes userData, OpenFlowKey metadata,
        (Vector256<byte> Tunnel, Vector256<byte> TunnelIpv6) kept) => new()
    {
        Bridge = _bridge,
        Table = table,
        Metadata = metadata,
        Kept = kept,
        Stack = _stack is { Count: > 0 } ? _stack.ToArray() : [],
        Mirrored = _mirrored.Count == 0 ? [] : _mirrored.ToArray(),
        IsTracked = _isTracked,
        WasMpls = _wasMpls,
        Input = input,
        Actions = actions,
        ActionSet = actionSet,
        UserData = userData,
    };

    private RecircContext AcquireId(FrozenState state)
    {
        var context = _world.AcquireRecirculation(state);
        _cache.Add(context);
        return context;
    }

    private void FinishFreezing()
    {
        Commit();
        FinishFreezing(table: 0);
    }

    /// <summary>Makes the datapath send the packet back, or asks the controller to. Null when nobody will.</summary>
    private RecircContext? FinishFreezing(byte table)
    {
        var state = MakeState(
            table, new OpenFlowActions(_frozenActions.ToArray()), new OpenFlowActions(_actionSet.ToArray()), _entry,
            _pause?.UserData ?? HexBytes.Empty);
        var context = AcquireId(state);
        if (_pause is { } pause)
        {
            if (!_hasEffects && _trace is not null) return null;
            EmitController(isContinuation: true, context.Id, pause.MaxLength, pause.Reason, pause.ControllerId);
        }
        else
        {
            if (_recircHash is not null) Emit(_recircHash);
            Emit(new RecircAction(context.Id));
        }

        CancelFreeze();
        return context;
    }

    /// <summary>Takes up what was frozen under the packet's id. False when that is not possible.</summary>
    private bool TryThaw(bool hasActions)
    {
        _frozen ??= _flow.Packet.RecircId == 0 ? null : _world.FindRecirculation(_flow.Packet.RecircId)?.State;
        if (_frozen is null)
        {
            if (_flow.Packet.RecircId == 0) return true;
            _trace?.Error($"Recirculation context not found for ID {_flow.Packet.RecircId:x}");
            return GiveUp(XlateError.NoRecirculationContext);
        }

        var trace = _trace?.Current;
        if (_trace is not null) _trace.Current = _trace.Report(TraceKind.Thaw, "thaw");
        if (hasActions)
        {
            _trace?.Error("Recirculation conflict (actions)!");
            return GiveUp(XlateError.RecirculationConflict);
        }

        if (!_world.HasBridge(_frozen.Bridge))
        {
            _trace?.Error("Frozen bridge no longer exists.");
            return GiveUp(XlateError.BridgeNotFound);
        }

        Thaw(_frozen);
        if (_trace is not null) _trace.Current = trace!;
        return true;
    }

    private void Thaw(FrozenState state)
    {
        _bridge = state.Bridge;
        _table = state.Table;
        _trace?.Report(TraceKind.Thaw, $"Resuming from table {_table}");
        _isTracked = state.IsTracked;
        if (!state.IsTracked) ClearConnectionFields();
        state.Restore(ref _flow);
        if (state.Stack.Count > 0)
        {
            _stack = [.. state.Stack];
            _stackSize = state.Stack.Sum(v => v.Size + 1);
        }

        _mirrored.AddRange(state.Mirrored);
        if (state.ActionSet.Count > 0)
        {
            _trace?.Report(TraceKind.Thaw, "Restoring action set: " + XlateTrace.Format(state.ActionSet));
            AddToActionSet(state.ActionSet.Span);
        }

        if (state.Actions.Count > 0) _trace?.Report(TraceKind.Thaw, "Restoring actions: " + XlateTrace.Format(state.Actions));
    }

    private bool GiveUp(XlateError error)
    {
        _error = error;
        _isAborted = true;
        return false;
    }
}
