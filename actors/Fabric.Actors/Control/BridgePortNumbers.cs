using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>The OpenFlow numbers of a bridge's ports, as its database has them at a moment.</summary>
internal sealed class BridgePortNumbers : IOpenFlowPorts
{
    private readonly Dictionary<string, OfpPort> _ports = [];

    public BridgePortNumbers(DatabaseCopy database, Row bridge)
    {
        foreach (var port in database.Referred("Port", bridge["ports"]))
            foreach (var row in database.Referred("Interface", port["interfaces"]))
                if (row["ofport"].Integer is > 0 and var number) _ports[row["name"].Text!] = new OfpPort((ushort)number);
    }

    public bool TryGetPort(string name, out OfpPort port) => _ports.TryGetValue(name, out port);

    public string? NameOf(OfpPort port) => _ports.FirstOrDefault(pair => pair.Value == port).Key;

    public bool Equals(BridgePortNumbers? other) =>
        other is not null && _ports.Count == other._ports.Count
        && _ports.All(pair => other._ports.TryGetValue(pair.Key, out var number) && number == pair.Value);

    public override bool Equals(object? obj) => Equals(obj as BridgePortNumbers);

    public override int GetHashCode() => _ports.Count;
}
