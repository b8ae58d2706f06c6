using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// A datapath at one moment, as its owner showed it to the commands. Commands never look into a datapath themselves: it may live in
/// another actor, or be a NIC and a kernel that had to bring their statistics into step first.
/// </summary>
/// <param name="Type">As in <c>system@ovs-system</c>: the part before the @.</param>
public sealed record DatapathView(string Type, string Name)
{
    /// <summary>Shown to commands that do not ask for the datapath.</summary>
    public static DatapathView None { get; } = new("system", "ovs-system");

    /// <summary>Prints flows as OVS's userspace datapath does: with <c>packet_type</c>, and a title line in front.</summary>
    public bool IsUserspace { get; init; }

    /// <summary>Lookups that found a flow, became upcalls, and upcalls that did not fit the queue.</summary>
    public long Hit { get; init; }
    public long Missed { get; init; }
    public long Lost { get; init; }

    public int FlowCount { get; init; }

    /// <summary>Null for a userspace datapath, which does not tell.</summary>
    public int? MaskCount { get; init; }

    /// <summary>Hash tables tried by all lookups.</summary>
    public long MaskHits { get; init; }

    public IReadOnlyList<DatapathPortView> Ports { get; init; } = [];

    public IReadOnlyList<DatapathFlowView> Flows { get; init; } = [];

    /// <summary>Null when the command does not ask for connections.</summary>
    public ConntrackView? Conntrack { get; init; }

    /// <summary>Null when nothing is offloaded.</summary>
    public OffloadView? Offload { get; init; }

    /// <summary>Addresses at which the host takes tunnelled packets.</summary>
    public IReadOnlyList<(Wire.MacAddress Mac, Wire.IpAddress Address)> LocalAddresses { get; init; } = [];

    public string FullName => $"{Type}@{Name}";

    public DatapathPortView? FindPort(OdpPort number) => Ports.FirstOrDefault(p => p.Number == number);
}
