using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Lookups, and the limits that end every pipeline.</summary>
internal sealed partial class Translation
{
    /// <summary>
    /// Looks a table up and runs the rule found (OVS: <c>xlate_table_action</c>). With <paramref name="isClone"/> what the rule does is
    /// undone afterwards.
    /// </summary>
    private void GoToTable(
        byte table, OfpPort inPort, bool isLast, bool mayPacketIn, bool withConnectionTuple = false, bool isClone = false)
    {
        if (_wasMpls)
        {
            // Rules want to see what is behind the labels.
            Freeze();
            return;
        }

        if (!HasRoom()) return;
        var (callerTable, callerRule, callerCookie) = (_table, _rule, _cookie);
        var trace = _trace?.Current;
        _table = table;
        if (withConnectionTuple && (_flow.Packet.CtNwProto == 0 || !IsIp))
        {
            _trace?.Error("resubmit(ct) with non-tracked or non-IP packet!");
            _table = callerTable;
            return;
        }

        if (withConnectionTuple) SwapConnectionTuple();
        var rule = LookUp(inPort, honoursMiss: mayPacketIn, mayPacketIn, withConnectionTuple);
        var deepens = table <= callerTable;
        _resubmits++;
        if (deepens) _depth++;
        _rule = rule;
        _cookie = rule.Cookie;
        if (isClone) ExecuteClone(rule.Actions.Span, isLast);
        else Execute(rule.Actions.Span, isLast);
        if (deepens) _depth--;
        (_table, _rule, _cookie) = (callerTable, callerRule, callerCookie);
        if (_trace is not null) _trace.Current = trace!;
    }

    /// <summary>OVS: <c>xlate_resubmit_resource_check</c>.</summary>
    private bool HasRoom()
    {
        if (_depth >= MaxDepth)
        {
            _trace?.Error($"over max translation depth {MaxDepth}");
            _error = XlateError.RecursionTooDeep;
        }
        else if (_resubmits >= MaxResubmits)
        {
            _trace?.Error($"over {MaxResubmits} resubmit actions");
            _error = XlateError.TooManyResubmits;
        }
        else if (_outputSize > MaxSize)
        {
            // No error: the flow goes by the slow path, with the actions so far.
            _trace?.Error("resubmits yielded over 64 kB of actions");
            _isExiting = true;
        }
        else if (_stackSize > MaxSize)
        {
            _trace?.Error("resubmits yielded over 64 kB of stack");
            _error = XlateError.StackTooDeep;
        }
        else
        {
            return true;
        }

        return false;
    }

    /// <summary>
    /// Finds the rule, or the one that stands for a miss (OVS: <c>rule_dpif_lookup_from_table</c>). The current table becomes the one where
    /// it was found.
    /// </summary>
    private OpenFlowRule LookUp(OfpPort inPort, bool honoursMiss, bool mayPacketIn, bool isSwapped = false)
    {
        var asked = _table;
        var actual = _flow.InPort;
        ref var packet = ref _flow.Packet;
        var (source, destination) = (packet.TpSource, packet.TpDestination);
        if (isSwapped || RuleReach.IsAltered(ref packet, ref _arrived.Packet)) _cache.HasAlteredHeaders = true;
        OpenFlowRule rule;
        if (packet.NwFragment != FragmentBits.None && _bridge.Fragments == FragmentMode.Drop)
        {
            rule = _bridge.Tables.DropFragmentsRule;
            _cache.AddLookup(_bridge.Tables.Table(asked), isMatch: true);
        }
        else
        {
            // Rules on ports see no ports in any fragment, so that all fragments of a packet fare alike.
            var hidesPorts = packet.NwFragment != FragmentBits.None && _bridge.Fragments != FragmentMode.NxMatch;
            if (hidesPorts) (packet.TpSource, packet.TpDestination) = (0, 0);
            _flow.InPort = inPort;
            var found = Search(honoursMiss, out var miss);
            _flow.InPort = actual;
            if (hidesPorts) (packet.TpSource, packet.TpDestination) = (source, destination);
            rule = found ?? MissRule(miss, mayPacketIn);
        }

        if (isSwapped) SwapConnectionTuple();
        _cache.Add(rule);
        _trace?.Rule(asked, rule, _bridge, _arrivedIn!);
        return rule;
    }

    private OpenFlowRule? Search(bool honoursMiss, out TableMiss miss)
    {
        miss = TableMiss.Continue;
        for (int table = _table; table <= OpenFlowTables.InternalTable; table++)
        {
            if (table == OpenFlowTables.InternalTable && _table != table) break;
            _table = (byte)table;
            var found = _oracle is null ? _bridge.Tables.Lookup(table, ref _flow, ref _mask) : AskOracle(table);
            if (table < OpenFlowTables.TableCount) _cache.AddLookup(_bridge.Tables.Table(_table), found is not null);
            if (found is not null) return found;
            if (honoursMiss) miss = table < OpenFlowTables.TableCount ? _bridge.Tables.Table(_table).Miss : TableMiss.Default;
            if (!honoursMiss || miss != TableMiss.Continue) break;
        }

        return null;
    }

    private OpenFlowRule MissRule(TableMiss miss, bool mayPacketIn)
    {
        var tables = _bridge.Tables;
        if (!mayPacketIn) return tables.NoPacketInRule;
        var isWanted = miss is TableMiss.Continue or TableMiss.Controller
            ? _bridge.FindPort(_flow.InPort) is { } port && !port.Configuration.HasFlag(PortConfigurationBits.NoPacketIn)
            : miss == TableMiss.Default && _bridge.WantsMisses;
        return isWanted ? tables.MissRule : tables.NoPacketInRule;
    }

    /// <summary>
    /// Puts the original direction of the connection where rules look for addresses and ports, or back (OVS: <c>tuple_swap</c>).
    /// </summary>
    private void SwapConnectionTuple()
    {
        var isIpv4 = _flow.Packet.EthType == Wire.EtherType.Ipv4;
        Swap(ref _flow.Packet, isIpv4);
        Swap(ref _mask.Packet, isIpv4);
    }

    private static void Swap(ref FlowKey key, bool isIpv4)
    {
        (key.NwProto, key.CtNwProto) = (key.CtNwProto, key.NwProto);
        if (isIpv4)
        {
            (key.NwSource, key.CtNwSource) = (key.CtNwSource, key.NwSource);
            (key.NwDestination, key.CtNwDestination) = (key.CtNwDestination, key.NwDestination);
        }
        else
        {
            (key.Ipv6Source, key.CtIpv6Source) = (key.CtIpv6Source, key.Ipv6Source);
            (key.Ipv6Destination, key.CtIpv6Destination) = (key.CtIpv6Destination, key.Ipv6Destination);
        }

        (key.TpSource, key.CtTpSource) = (key.CtTpSource, key.TpSource);
        (key.TpDestination, key.CtTpDestination) = (key.CtTpDestination, key.TpDestination);
    }
}
