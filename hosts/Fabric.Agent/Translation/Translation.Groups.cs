using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Groups (OVS: <c>xlate_group_action</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>OVS <c>MAX_LIVENESS_RECURSION</c>.</summary>
    private const int MaxLivenessDepth = 128;

    /// <summary>False when there is no such group, which ends the list.</summary>
    private bool TryGroup(uint id, bool isLast)
    {
        if (!HasRoom()) return true;
        if (_bridge.Groups.Find(id) is not { } group)
        {
            _trace?.Warn(string.Create(CultureInfo.InvariantCulture, $"output to nonexistent group {id}"));
            return false;
        }

        if (group.Type is GroupType.All or GroupType.Indirect)
        {
            for (var i = 0; i < group.Buckets.Count; i++) ExecuteBucket(group.Buckets[i], isLast && i == group.Buckets.Count - 1);
            _cache.AddGroup(group, null);
            return true;
        }

        if (Choose(group) is { } index)
        {
            _trace?.Note($"using bucket {group.Buckets[index].Id}");
            ExecuteBucket(group.Buckets[index], isLast);
            _cache.AddGroup(group, index);
        }
        else
        {
            _trace?.Note("no live bucket");
        }

        return true;
    }

    /// <summary>A bucket is an action set, run on a copy of the packet (property T6).</summary>
    private void ExecuteBucket(GroupBucket bucket, bool isLast)
    {
        var trace = _trace?.Current;
        if (_trace is not null) _trace.Current = _trace.Report(TraceKind.Bucket, $"bucket {bucket.Id}");
        var (flow, wasMpls, written) = (_flow, _wasMpls, SaveWritten());
        _depth++;
        Execute(ActionSet.InOrder(bucket.Actions.Span).Span, isLast, isBucket: true);
        _depth--;
        if (_isFreezing) FinishFreezing();
        RestoreWritten(in written, isLast);
        (_flow, _wasMpls) = (flow, wasMpls);
        CatchUp(in written, ref _flow);
        _isExiting = false;
        // What was wrong with one copy does not touch the others; limits of the translation do.
        if (_error is XlateError.TooManyMplsLabels or XlateError.UnsupportedPacketType) _error = XlateError.None;
        if (_trace is not null) _trace.Current = trace!;
    }

    /// <summary>Place of the bucket that packets take; null when none is live, or none is known before the datapath has hashed.</summary>
    private int? Choose(AgentGroup group)
    {
        if (group.Type == GroupType.FastFailover) return FirstLive(group, 0);
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Hash);
            return null;
        }

        if (_wasMpls)
        {
            Freeze();
            return null;
        }

        return group.Selection switch
        {
            GroupSelection.DpHash => ChooseByDatapathHash(group),
            GroupSelection.Hash => BestLive(group, HashOf(group.Properties)),
            _ => ChooseByDefault(group),
        };
    }

    private int? ChooseByDefault(AgentGroup group)
    {
        PacketHash.Consult(ref _flow.Packet, ref _mask.Packet, HashFields.SymmetricL4);
        return BestLive(group, PacketHash.SymmetricL4(ref _flow.Packet, 0));
    }

    /// <summary>A packet without a hash is sent back with one; dead buckets leave their values to the next live one.</summary>
    private int? ChooseByDatapathHash(AgentGroup group)
    {
        var hash = _flow.Packet.DpHash;
        if (hash == 0)
        {
            Freeze();
            _recircHash = new HashAction(group.HashAlgorithm, group.HashBasis);
            return null;
        }

        _mask.Packet.DpHash |= group.HashMask;
        for (uint i = 0; i <= group.HashMask; i++)
        {
            var bucket = group.HashMap.Span[(int)((hash + i) & group.HashMask)];
            if (IsLive(group, group.Buckets[bucket], 0)) return bucket;
        }

        return null;
    }

    private uint HashOf(GroupProperties properties)
    {
        var basis = OvsHash.Number(properties.SelectionParameter);
        Span<byte> bytes = stackalloc byte[TunnelOptionMap.MaxOptionSize];
        foreach (var (named, bits) in properties.Fields)
        {
            if (!HasField(named)) continue;
            var value = named.Get(ref _flow) & bits;
            var size = (named.Width + 7) / 8;
            for (var i = size - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
            basis = OvsHash.Bytes(bytes[..size], basis);
            if (named.TunnelIndex is { } index) basis = OvsHash.Boolean((_flow.TunnelPresent & 1UL << index) != 0, basis);
            named.SetMasked(ref _mask, bits, bits);
        }

        return basis;
    }

    /// <summary>The live bucket with the highest score: a hash of its id, times its weight.</summary>
    private int? BestLive(AgentGroup group, uint basis)
    {
        int? best = null;
        uint bestScore = 0;
        for (var i = 0; i < group.Buckets.Count; i++)
        {
            var bucket = group.Buckets[i];
            if (!IsLive(group, bucket, 0))
            {
                ReportDead(bucket);
                continue;
            }

            var score = (OvsHash.Number(bucket.Id, basis) & 0xffff) * bucket.Weight;
            if (score >= bestScore) (best, bestScore) = (i, score);
            _trace?.Note(string.Create(CultureInfo.InvariantCulture, $"bucket {bucket.Id}: score {score}"));
        }

        return best;
    }

    private int? FirstLive(AgentGroup group, int depth)
    {
        for (var i = 0; i < group.Buckets.Count; i++)
        {
            if (IsLive(group, group.Buckets[i], depth)) return i;
            ReportDead(group.Buckets[i]);
        }

        return null;
    }

    private bool IsLive(AgentGroup group, GroupBucket bucket, int depth)
    {
        if (depth >= MaxLivenessDepth)
        {
            _trace?.Error($"bucket chaining exceeded {MaxLivenessDepth} links");
            return false;
        }

        if (group.Type == GroupType.Select && bucket.Weight == 0) return false;
        var hasPort = bucket.WatchPort != OfpPort.None;
        var hasGroup = bucket.WatchGroup != GroupMod.AnyGroup;
        if (!hasPort && !hasGroup) return true;
        if (hasPort && IsLive(bucket.WatchPort)) return true;
        return hasGroup && _bridge.Groups.Find(bucket.WatchGroup) is { } watched && FirstLive(watched, depth + 1) is not null;
    }

    private bool IsLive(OfpPort port) =>
        port == OfpPort.Controller ? _bridge.Settings.HasController : _bridge.FindPort(port) is { IsLive: true };

    private void ReportDead(GroupBucket bucket)
    {
        if (_trace is null) return;
        var port = bucket.WatchPort == OfpPort.None ? "" : $"port {bucket.WatchPort}";
        var group = bucket.WatchGroup == GroupMod.AnyGroup ? "" : string.Create(CultureInfo.InvariantCulture, $"port {bucket.WatchGroup}");
        _trace.Note($"bucket {bucket.Id}: not live due to {port}{(port.Length > 0 && group.Length > 0 ? " and " : "")}{group}");
    }
}
