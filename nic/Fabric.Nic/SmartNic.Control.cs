using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The control plane: messages from the host, results, statistics, time.</summary>
public sealed partial class SmartNic
{
    /// <summary>Entries of L1 looked at per tick when ageing: a million in a minute at 60 ticks a second.</summary>
    private const int AgeBudget = 16_384;

    /// <summary>
    /// Chunks of statistics that the host has yet to acknowledge. Few, since those of one turn are made at once and frames wait meanwhile.
    /// </summary>
    private const int StatsChunksUnderWay = 8;

    private readonly TunnelResync _tunnelResync = new();
    private bool _hadEpoch;
    private OffloadStatistics[]? _chunk;
    private ulong? _statsPull;
    private int _statsCursor;

    /// <summary>When the last envelope of a host came; null before the first.</summary>
    public long? HeardHostMs { get; private set; }

    /// <summary>
    /// Takes an envelope from the host and does what its messages ask. Then <see cref="TryTakeControl"/> has the answers.
    /// </summary>
    public void ReceiveControl(PcieEnvelope envelope, long nowMs)
    {
        _egress.NowMs = nowMs;
        HeardHostMs = nowMs;
        if (Pcie.Receive(envelope)) BeginEpoch();
        while (Pcie.TryTakeRequest(out var sequence, out var request)) Pcie.Send(Answer(sequence, request));
    }

    /// <summary>The next envelope for the host. Call until false after each call of another method, and after <see cref="Tick"/>.</summary>
    public bool TryTakeControl(long nowMs, out PcieEnvelope envelope)
    {
        while (_statsPull is not null && Pcie.HasRoom && Pcie.UnacknowledgedCount < StatsChunksUnderWay) SendStatistics();
        return Pcie.TryTakeEnvelope(nowMs, out envelope);
    }

    /// <summary>Ages L1, and sends what rates allow by now. Meant for every 10 to 100 ms.</summary>
    public void Tick(long nowMs)
    {
        L1.Age(nowMs, AgeBudget);
        Release(nowMs);
    }

    /// <summary>A kernel datapath that starts anew: what this NIC knows of flows of an earlier one is nobody's.</summary>
    private void BeginEpoch()
    {
        Forget();
        foreach (var port in _ports.All) _egress.SetLimits(port, PortLimits.None);
        _egress.Flush();
        if (_hadEpoch) _tunnelResync.Begin();
        _hadEpoch = true;
    }

    private PcieResult Answer(ulong sequence, PcieRequest request)
    {
        switch (request)
        {
            case FlowPut when Eswitch == EswitchMode.Legacy:
                return new PcieResult(sequence, "the eswitch is in legacy mode");
            case FlowPut put:
                put.Match.Get(out var key, out var mask);
                var refusal = L2.Put(put.Ufid, ref key, ref mask, put.Actions, put.BasePackets, put.BaseBytes, _egress.NowMs, out var last,
                    put.Mark);
                return new PcieResult(sequence, refusal, last, refusal is not null && L2.IsPartial(put.Ufid));
            case FlowModify modify:
                refusal = L2.Modify(modify.Ufid, modify.Actions, out last);
                return new PcieResult(sequence, refusal, last, refusal is not null && L2.IsPartial(modify.Ufid));
            case FlowDelete delete:
                return new PcieResult(sequence, null, L2.TryDelete(delete.Ufid, _egress.NowMs, out var final) ? final : null);
            case FlowWithdraw withdraw:
                return new PcieResult(sequence, withdraw.Reason, L2.TryDelete(withdraw.Ufid, _egress.NowMs, out final) ? final : null);
            case FlowFlush:
                L2.Flush();
                break;
            case HostForwarded forwarded:
                foreach (ref readonly var share in forwarded.Shares.AsSpan()) L2.AddHostForwarded(share.Ufid, share.Packets, share.Bytes);
                break;
            case TunnelChange change:
                _tunnelResync.Said(change.Update);
                Apply(change.Update);
                break;
            case PortConfig port:
                if (Refuse(port) is { } why) return new PcieResult(sequence, why);
                SetPort(port.Port, port.Name, port.Kind, port.Mac, port.IsUp, port.IsAdminUp);
                break;
            case PortLimit limit:
                SetLimits(limit.Port, limit.Limits, _egress.NowMs);
                break;
            case PortRemove port:
                // In legacy mode a VF's port is the card's own.
                if (Eswitch == EswitchMode.Switchdev || !_functions.TryGet(port.Port, out _)) RemovePort(port.Port);
                break;
            case StatsPull:
                // The host pulls statistics only once it has told what it knows.
                foreach (var removal in _tunnelResync.End(Tunnels)) Apply(removal);
                _statsPull = sequence;
                _statsCursor = L2.Count;
                break;
            default:
                Invariant.Fail($"the NIC knows what {request.GetType().Name} asks");
                break;
        }

        return new PcieResult(sequence, null);
    }

    private void Apply(TunnelUpdate update)
    {
        Tunnels.Apply(update);
        // A tunnel port is a port like others to the actions.
        if (update is AddTunnelPort add) SetPort(add.Port.Port, add.Port.Name, DatapathPortKind.Tunnel, default);
        else if (update is RemoveTunnelPort remove) RemovePort(remove.Port);
    }

    private void SendStatistics()
    {
        _chunk ??= new OffloadStatistics[Options.Pcie.StatsChunk];
        var count = L2.TakeChanged(ref _statsCursor, _chunk);
        var isLast = _statsCursor == 0;
        Pcie.Send(new StatsReply(_statsPull!.Value, _chunk.AsSpan(0, count).ToArray(), isLast));
        if (isLast) _statsPull = null;
    }
}
