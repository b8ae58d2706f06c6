namespace Fabric.Interop.Tests.Translation;

/// <summary>What a switch is given before packets are traced: groups, meters and rules, in the syntax of <c>ovs-ofctl</c>.</summary>
internal sealed class RuleSet(string name)
{
    public string Name { get; } = name;

    public List<string> Meters { get; } = [];

    public List<string> Groups { get; } = [];

    public List<string> Rules { get; } = [];

    /// <summary>Tunnel options by <c>ovs-ofctl add-tlv-map</c>.</summary>
    public List<string> Options { get; } = [];

    /// <summary>Learned addresses: <c>port vlan address</c>.</summary>
    public List<string> Addresses { get; } = [];

    public List<TracedPacket> Packets { get; } = [];

    public override string ToString() => string.Join("\n", ((IEnumerable<string>)[$"= {Name}"])
        .Concat(Options.Select(o => $"tlv {o}")).Concat(Meters.Select(m => $"meter {m}")).Concat(Groups.Select(g => $"group {g}"))
        .Concat(Addresses.Select(a => $"mac {a}")).Concat(Rules.Select(r => $"rule {r}")));
}
