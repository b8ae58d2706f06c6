using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Bundles of a connection (OVS: <c>ofproto/bundles.c</c>). A wrong request about a bundle also discards it, but for a wrong id.
/// </summary>
public sealed partial class OpenFlowSession
{
    private const long BundleTimeoutMs = 10_000;
    private const long BundleCheckIntervalMs = 1000;

    private readonly Dictionary<uint, OpenFlowBundle> _bundles = [];
    private long _nextBundleCheckMs;

    private OpenFlowError Control(BundleControlMessage request, ReadOnlyMemory<byte> bytes, long nowMs)
    {
        var error = request.Type switch
        {
            BundleControlType.OpenRequest => Open(request, bytes, nowMs),
            BundleControlType.CloseRequest => Close(request, nowMs),
            BundleControlType.CommitRequest => Commit(request, nowMs),
            BundleControlType.DiscardRequest => _bundles.Remove(request.BundleId) ? OpenFlowError.None : OpenFlowError.BfcBadId,
            _ => OpenFlowError.BfcBadType,
        };
        if (error != OpenFlowError.None) return error;
        var reply = new BundleControlMessage(request.BundleId, request.Type + 1, BundleFlags.None);
        return request.Type == BundleControlType.CommitRequest ? ReplyInForce(request, reply) : Reply(request, reply);
    }

    private OpenFlowError Open(BundleControlMessage request, ReadOnlyMemory<byte> bytes, long nowMs)
    {
        if (_bundles.Remove(request.BundleId)) return OpenFlowError.BfcBadId;
        Create(request.BundleId, request.Flags, bytes, nowMs);
        return OpenFlowError.None;
    }

    private OpenFlowError Close(BundleControlMessage request, long nowMs)
    {
        if (!_bundles.TryGetValue(request.BundleId, out var bundle)) return OpenFlowError.BfcBadId;
        var error = bundle.IsClosed ? OpenFlowError.BfcBundleClosed
            : bundle.Flags != request.Flags ? OpenFlowError.BfcBadFlags
            : OpenFlowError.None;
        if (error != OpenFlowError.None) _bundles.Remove(bundle.Id);
        else (bundle.IsClosed, bundle.UsedMs) = (true, nowMs);
        return error;
    }

    /// <summary>Whatever comes of it, the bundle is gone then.</summary>
    private OpenFlowError Commit(BundleControlMessage request, long nowMs)
    {
        if (!_bundles.Remove(request.BundleId, out var bundle)) return OpenFlowError.BfcBadId;
        if (bundle.Flags != request.Flags) return OpenFlowError.BfcBadFlags;
        var error = _switch.Commit(bundle, this, nowMs, out var failed);
        if (error == OpenFlowError.None) return OpenFlowError.None;
        Refuse(error, bundle.RequestOf(failed));
        return OpenFlowError.BfcMsgFailed;
    }

    /// <summary>A message for a bundle that is not open opens it.</summary>
    private OpenFlowError AddToBundle(BundleAddMessage request, ReadOnlyMemory<byte> bytes, long nowMs)
    {
        var error = request.Message switch
        {
            FlowModMessage mod => OpenFlowSwitch.CheckEarly(mod.Request),
            PacketOutMessage packet => _switch.Check(packet, this),
            PortModMessage or GroupModMessage => OpenFlowError.None,
            _ => OpenFlowError.BfcMsgUnsup,
        };
        if (error != OpenFlowError.None) return error;
        if (!_bundles.TryGetValue(request.BundleId, out var bundle)) bundle = Create(request.BundleId, request.Flags, bytes, nowMs);
        error = bundle.IsClosed ? OpenFlowError.BfcBundleClosed
            : bundle.Flags != request.Flags ? OpenFlowError.BfcBadFlags
            : bytes.Length + BundleSize() > OpenFlowBundle.MaxSize ? OpenFlowError.BfcOutOfBundles
            : OpenFlowError.None;
        if (error != OpenFlowError.None)
        {
            _bundles.Remove(bundle.Id);
            return error;
        }

        bundle.Add(request.Message, bytes.Span);
        bundle.UsedMs = nowMs;
        return OpenFlowError.None;
    }

    private long BundleSize()
    {
        var size = 0L;
        foreach (var bundle in _bundles.Values) size += bundle.Size;
        return size;
    }

    private OpenFlowBundle Create(uint id, BundleFlags flags, ReadOnlyMemory<byte> bytes, long nowMs)
    {
        var bundle = new OpenFlowBundle(id, flags, bytes.ToArray()) { UsedMs = nowMs };
        _bundles.Add(id, bundle);
        return bundle;
    }

    private void ExpireBundles(long nowMs)
    {
        if (nowMs < _nextBundleCheckMs) return;
        _nextBundleCheckMs = nowMs + BundleCheckIntervalMs;
        foreach (var bundle in _bundles.Values.Where(b => b.UsedMs <= nowMs - BundleTimeoutMs).ToArray())
        {
            Refuse(OpenFlowError.BfcTimeout, bundle.Opener);
            _bundles.Remove(bundle.Id);
        }
    }
}
