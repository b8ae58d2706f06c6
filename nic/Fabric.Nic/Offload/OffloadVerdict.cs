using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>Does the NIC take a flow? Decided once, when the flow is put or modified.</summary>
internal static class OffloadVerdict
{
    /// <summary>
    /// Null when the NIC executes <paramref name="actions"/>; else why not, and in <paramref name="trap"/> what its frames count as.
    /// </summary>
    /// <param name="match">What <see cref="OffloadProfile.RefuseMatch"/> said of the flow.</param>
    public static string? Of(
        DatapathActions actions, string? match, bool fromTunnel, OffloadProfile profile, Func<OdpPort, bool> hasPort,
        out FallbackReason? trap)
    {
        var refusal = match ?? ActionSupport.Of(actions).NicReason ?? profile.RefuseActions(actions, fromTunnel)
            ?? MissingPort(actions, hasPort);
        trap = refusal is null ? null : SendsToHost(actions) ? FallbackReason.HostDestined : FallbackReason.NotProcessable;
        return refusal;
    }

    private static string? MissingPort(DatapathActions actions, Func<OdpPort, bool> hasPort)
    {
        foreach (var action in actions.Span)
        {
            if (action is OutputAction output && !hasPort(output.Port)) return $"output to port {output.Port}, which the NIC does not have";
            if (action is CloneAction clone && MissingPort(clone.Actions, hasPort) is { } reason) return reason;
        }

        return null;
    }

    private static bool SendsToHost(DatapathActions actions)
    {
        foreach (var action in actions.Span)
        {
            if (action is OutputAction output && output.Port == OdpPort.Local) return true;
            if (action is CloneAction clone && SendsToHost(clone.Actions)) return true;
        }

        return false;
    }
}
