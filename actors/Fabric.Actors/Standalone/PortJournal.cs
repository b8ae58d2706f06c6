using System.Globalization;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// Writes into the log which ports and bridges came and went, in the words that scripts look for; what was known behind those that went is
/// forgotten.
/// </summary>
internal sealed class PortJournal(OvsAgent agent, NeighbourCache neighbours, DaemonLog log)
{
    private Dictionary<(string Bridge, string Port), ushort> _known = [];
    private HashSet<string> _bridges = [];

    public void Update()
    {
        var now = agent.Bridges.SelectMany(b => b.Ports).ToDictionary(p => (p.Bridge.Name, p.Name), p => p.Number.Value);
        foreach (var ((bridge, port), number) in _known)
        {
            if (now.TryGetValue((bridge, port), out var current) && current == number) continue;
            neighbours.Remove(port);
            Tell($"bridge {bridge}: deleted interface {port} on port {number}");
        }

        foreach (var ((bridge, port), number) in now)
            if (!_known.TryGetValue((bridge, port), out var before) || before != number)
                Tell($"bridge {bridge}: added interface {port} on port {number}");
        foreach (var bridge in agent.Bridges)
            if (!_bridges.Contains(bridge.Name))
                Tell(string.Create(CultureInfo.InvariantCulture, $"bridge {bridge.Name}: using datapath ID {bridge.DatapathId:x16}"));
        _known = now;
        _bridges = [.. agent.Bridges.Select(b => b.Name)];
    }

    private void Tell(string text) => log.Write("bridge", VlogLevel.Info, text);
}
