using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Limits on ports: <c>qos/*</c>. Dummy devices have none, as in OVS.</summary>
internal static class QosCommands
{
    private static readonly UnixctlReply NoInterface = UnixctlReply.Fail("no such interface");

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        registry.Add("qos/show-types", "interface", 1, 1, call =>
        {
            if (Find(context, call[0]) is not { } port) return NoInterface;
            return UnixctlReply.Ok(IsLimitable(context, port)
                ? string.Concat(QosSettings.Types.Select(t => $"QoS type: {t}\n"))
                : $"No QoS types supported for interface: {port.Name}\n");
        });
        registry.Add("qos/show", "interface", 1, 1, call =>
        {
            if (Find(context, call[0]) is not { } port) return NoInterface;
            return UnixctlReply.Ok(port.Settings.Qos is { } qos && IsLimitable(context, port)
                ? Show(port, qos) : $"QoS not configured on {port.Name}\n");
        });
    }

    private static AgentPort? Find(SwitchContext context, string name) =>
        context.Agent.Bridges.Select(b => b.FindPort(name)).FirstOrDefault(p => p is not null);

    private static bool IsLimitable(SwitchContext context, AgentPort port) =>
        port.Settings.Type is AgentPortType.System or AgentPortType.Internal
        && !PortWords.Type(port, context.View).StartsWith("dummy", StringComparison.Ordinal);

    private static string Show(AgentPort port, QosSettings qos)
    {
        var text = new StringBuilder($"QoS: {port.Name} {qos.Type}\n");
        if (!qos.IsShaping) return text.ToString();
        var rate = qos.MaxRateBps == 0 ? QosSettings.DefaultMaxRateBps : qos.MaxRateBps;
        text.Append(CultureInfo.InvariantCulture, $"max-rate: {rate}\n");
        foreach (var (number, queue) in qos.Queues.OrderBy(q => q.Key))
        {
            text.Append(number == 0 ? "\nDefault:\n" : string.Create(CultureInfo.InvariantCulture, $"\nQueue {number}:\n"));
            if (queue.BurstBits != 0) text.Append(CultureInfo.InvariantCulture, $"  burst: {queue.BurstBits}\n");
            text.Append(CultureInfo.InvariantCulture, $"  max-rate: {(queue.MaxRateBps == 0 ? rate : queue.MaxRateBps)}\n");
            text.Append(CultureInfo.InvariantCulture, $"  min-rate: {queue.MinRateBps}\n");
            text.Append(CultureInfo.InvariantCulture, $"  priority: {queue.Priority}\n");
        }

        return text.ToString();
    }
}
