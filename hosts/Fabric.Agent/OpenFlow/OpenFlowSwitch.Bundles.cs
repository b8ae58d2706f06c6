using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Commits of bundles (OVS: <c>do_bundle_commit</c>).</summary>
public sealed partial class OpenFlowSwitch
{
    /// <summary>Applies all messages or none (property W3).</summary>
    /// <param name="failed">Of the message at fault.</param>
    internal OpenFlowError Commit(OpenFlowBundle bundle, OpenFlowSession source, long nowMs, out int failed)
    {
        (_requestXid, _nowMs) = (bundle.FirstXid, nowMs);
        var transaction = new BundleTransaction(Bridge.Tables, source);
        for (failed = 0; failed < bundle.Count; failed++)
        {
            var (mod, message) = bundle[failed];
            OpenFlowError error;
            if (mod is not null) transaction.TryApply(mod, nowMs, out error);
            else error = Apply(message!, transaction, bundle.Flags, source, nowMs);
            if (error == OpenFlowError.None) continue;
            transaction.Abort();
            return error;
        }

        transaction.Commit();
        return OpenFlowError.None;
    }

    private OpenFlowError Apply(
        OpenFlowMessage message, BundleTransaction transaction, BundleFlags flags, OpenFlowSession source, long nowMs)
    {
        OpenFlowError error;
        switch (message)
        {
            case GroupModMessage mod:
                var isModification = Bridge.Tables.Groups.Find(mod.Request.GroupId) is not null;
                if (transaction.TryApply(mod.Request, nowMs, out error)) transaction.Defer(() => Forward(mod, isModification, source));
                return error;
            case PortModMessage mod:
                // A port's device does not take part in anything atomic.
                error = flags.HasFlag(BundleFlags.Atomic) ? OpenFlowError.BfcMsgFailed : Ports.Check(mod.Request);
                if (error == OpenFlowError.None) transaction.Defer(() => Ports.Apply(mod.Request, source));
                return error;
            case PacketOutMessage packet:
                error = RuleActions.Check(packet.Actions, Bridge.Tables);
                // With the rules as the messages before it leave them (OVS: ofproto_packet_out_start).
                if (error == OpenFlowError.None) error = Host.RehearsePacketOut(Bridge, packet);
                if (error == OpenFlowError.None) transaction.Defer(() => Host.PacketOut(Bridge, packet));
                return error;
            default:
                return OpenFlowError.BfcMsgUnsup;
        }
    }
}
