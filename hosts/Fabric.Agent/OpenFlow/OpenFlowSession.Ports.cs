using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Queues of ports.</summary>
public sealed partial class OpenFlowSession
{
    private OpenFlowError CountQueues(QueueStatisticsRequest request)
    {
        var counters = new List<QueueCounters>();
        var error = ForQueues(request.Port, request.Queue, (port, queue) =>
        {
            if (_switch.Host.CountQueue(port, queue) is { } found) counters.Add(found);
        });
        return error != OpenFlowError.None ? error : Reply(request, new QueueStatisticsReply(counters));
    }

    private OpenFlowError ListQueues(QueueConfigurationRequest request)
    {
        var queues = new List<QueueConfiguration>();
        var error = ForQueues(request.Port, request.Queue, (port, queue) => queues.Add(new QueueConfiguration(port.Number, queue)));
        return error != OpenFlowError.None ? error : Reply(request, new QueueConfigurationReply(request.Port, queues));
    }

    /// <summary>Asking for all queues of a port that has none is right; asking for one that it has not is wrong.</summary>
    private OpenFlowError ForQueues(OfpPort number, uint? wanted, Action<AgentPort, uint> each)
    {
        var ports = number == OfpPort.None ? Bridge.Ports : Bridge.FindPort(number) is { } one ? [one] : [];
        if (ports.Count == 0 && number != OfpPort.None) return OpenFlowError.QofcBadPort;
        var isFound = false;
        foreach (var port in ports)
        {
            var queues = _switch.Host.QueuesOf(port);
            if (wanted is { } queue && !queues.Contains(queue)) continue;
            isFound = true;
            foreach (var id in wanted is { } only ? [only] : queues) each(port, id);
        }

        return isFound ? OpenFlowError.None : OpenFlowError.QofcBadQueue;
    }
}
