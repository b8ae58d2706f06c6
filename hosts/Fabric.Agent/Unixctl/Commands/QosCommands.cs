using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Limits on ports: <c>qos/*</c>. Dummy devices have none, as in OVS.</summary>
internal static class QosCommands
{
    private const long Mtu = 1500;

    /// <summary>What OVS adds to the MTU for the smallest burst.</summary>
    private const long BurstRoom = 64;

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
                ? Show(port, qos, context.View) : $"QoS not configured on {port.Name}\n");
        });
    }

    private static AgentPort? Find(SwitchContext context, string name) =>
        context.Agent.Bridges.Select(b => b.FindPort(name)).FirstOrDefault(p => p is not null);

    private static bool IsLimitable(SwitchContext context, AgentPort port) =>
        port.Settings.Type is AgentPortType.System or AgentPortType.Internal
        && !PortWords.Type(port, context.View).StartsWith("dummy", StringComparison.Ordinal);

    private static string Show(AgentPort port, QosSettings qos, DatapathView view)
    {
        var text = new StringBuilder($"QoS: {port.Name} {qos.Type}\n");
        if (!qos.IsShaping) return text.ToString();
        var rate = qos.MaxRateBps == 0 ? QosSettings.DefaultMaxRateBps : qos.MaxRateBps;
        text.Append(CultureInfo.InvariantCulture, $"max-rate: {rate}\n");
        var counts = view.Ports.FirstOrDefault(p => p.Number == port.Settings.Odp)?.Queues ?? [];
        foreach (var number in qos.Queues.Keys.Append(0u).Distinct().Order())
        {
            text.Append(number == 0 ? "\nDefault:\n" : string.Create(CultureInfo.InvariantCulture, $"\nQueue {number}:\n"));
            ShowQueue(text, qos.Queues.GetValueOrDefault(number) ?? new QueueSettings(), qos.Type == "linux-htb", rate);
            foreach (var count in counts.Where(c => c.Queue == number))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  tx_packets: {count.TxPackets}\n  tx_bytes: {count.TxBytes}\n  tx_errors: {count.TxErrors}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>As the kernel's class has them (OVS: <c>htb_class_get</c>, <c>hfsc_class_get</c>), which are whole bytes.</summary>
    private static void ShowQueue(StringBuilder text, QueueSettings queue, bool isHtb, long rate)
    {
        var least = Math.Min(Math.Max(queue.MinRateBps / 8, isHtb ? Mtu : 1), rate / 8);
        var most = Math.Min(Math.Max(queue.MaxRateBps == 0 ? rate / 8 : queue.MaxRateBps / 8, least), rate / 8);
        if (isHtb) text.Append(CultureInfo.InvariantCulture, $"  burst: {8 * Math.Max(queue.BurstBits / 8, Mtu + BurstRoom)}\n");
        if (least != most) text.Append(CultureInfo.InvariantCulture, $"  max-rate: {8 * most}\n");
        text.Append(CultureInfo.InvariantCulture, $"  min-rate: {8 * least}\n");
        if (isHtb && queue.Priority != 0) text.Append(CultureInfo.InvariantCulture, $"  priority: {queue.Priority}\n");
    }
}
