namespace Fabric.Topology;

/// <summary>
/// A data centre as declared, resolved: ranges expanded, defaults filled in, VMs placed, addresses allocated. Nothing is left for
/// a reader to decide, so two nodes that read the same text build the same fabric.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>T1: the same text gives the same topology, down to every address, VF and MAC.</item>
/// <item>T2: every name that a part refers to exists; every address is unique where it must be (VTEPs in the fabric, VM addresses and
/// MACs in their overlay) and lies in its subnet.</item>
/// <item>T3: the MAC and the addresses of a VM follow from its position within its overlay, not in the file: equal positions in two
/// overlays with the same subnet have equal MACs and addresses.</item>
/// <item>T4: <see cref="TopologyJson"/> writes equal topologies as equal text and reads back what it wrote.</item>
/// <item>T5: a text that is not a valid topology gives every error it has, each with its place, and never an exception.</item>
/// </list>
/// <para>Not modelled: what runs now. This is the wish; the state of the fabric is its actors'.</para>
/// </summary>
public sealed record FabricTopology
{
    public required string Name { get; init; }
    public TopologyDefaults Defaults { get; init; } = new();
    public UnderlaySpec Underlay { get; init; } = new();

    /// <summary>Those of the file, and the built-in one if a server uses it.</summary>
    public IReadOnlyList<NicSpec> Nics { get; init; } = [];

    public IReadOnlyList<ServerSpec> Servers { get; init; } = [];
    public IReadOnlyList<OverlaySpec> Overlays { get; init; } = [];
    public IReadOnlyList<PeerSpec> Peers { get; init; } = [];
    public IReadOnlyList<VmSpec> Vms { get; init; } = [];
    public IReadOnlyList<BridgeRules> Rules { get; init; } = [];
    public IReadOnlyList<ValidationCheck> Checks { get; init; } = [];

    public ServerSpec? FindServer(string name) => Servers.FirstOrDefault(s => s.Name == name);

    public OverlaySpec? FindOverlay(string name) => Overlays.FirstOrDefault(o => o.Name == name);

    public VmSpec? FindVm(string name) => Vms.FirstOrDefault(v => v.Name == name);

    public NicSpec? FindNic(string name) => Nics.FirstOrDefault(n => n.Name == name);

    /// <returns>In the order of their VFs.</returns>
    public IEnumerable<VmSpec> VmsOn(string server) => Vms.Where(v => v.Server == server).OrderBy(v => v.Vf);

    public IEnumerable<VmSpec> VmsOf(string overlay) => Vms.Where(v => v.Overlay == overlay);

    public IEnumerable<PeerSpec> PeersOf(string overlay) => Peers.Where(p => p.Overlay == overlay);

    /// <summary>Every rule text for the bridges of one server.</summary>
    public IEnumerable<BridgeRules> RulesOf(string server) => Rules.Where(r => r.Server == server);

    /// <summary>Servers whose names match, in the order of the file.</summary>
    public IEnumerable<ServerSpec> ServersMatching(string pattern) => Servers.Where(s => NamePattern.Matches(pattern, s.Name));
}
