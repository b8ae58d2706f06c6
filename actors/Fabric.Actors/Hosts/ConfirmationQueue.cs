using System.Diagnostics.CodeAnalysis;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>
/// What the agent wants confirmed, each with the number of requests that the NIC has to have answered by then. A NIC that does not answer
/// is not waited for: it hands frames to the host and follows when it answers again.
/// </summary>
internal sealed class ConfirmationQueue(PcieOffloadHook hook)
{
    private readonly Queue<(KernelCommand Asked, long Requests)> _asked = new();

    public void Add(KernelCommand command)
    {
        // Only an answer shows that the NIC has heard of this life and forgotten the flows of the one before.
        if (command is ConfirmFlows) hook.Touch();
        _asked.Enqueue((command, hook.Pcie.SentCount));
    }

    /// <summary>The next message to the agent.</summary>
    public bool TryTake([NotNullWhen(true)] out object? confirmed)
    {
        confirmed = null;
        if (!_asked.TryPeek(out var first)) return false;
        var isAnswered = first.Requests <= hook.Pcie.AnsweredCount;
        if (!isAnswered && hook.IsReachable) return false;
        _asked.Dequeue();
        confirmed = first.Asked switch
        {
            ConfirmFlows flows => new FlowsConfirmed(flows.Round, !isAnswered),
            ConfirmPorts ports => new PortsConfirmed(ports.Round),
            _ => null,
        };
        return confirmed is not null;
    }
}
