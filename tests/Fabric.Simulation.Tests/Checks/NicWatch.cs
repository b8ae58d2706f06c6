using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>
/// Sees by which flow the NIC forwards marked frames, and knows which flows the agent was told to be gone: those must not forward any more.
/// </summary>
internal sealed class NicWatch(Violations violations, string server) : ITrace
{
    private readonly HashSet<string> _retired = [];

    /// <summary>Answers seen.</summary>
    public long Seen { get; private set; }

    public void Retired(Ufid ufid) => _retired.Add(ufid.ToString());

    public void Installed(Ufid ufid) => _retired.Remove(ufid.ToString());

    bool ITrace.Wants(Frame frame) => true;

    void ITrace.Step(Frame frame, Tier tier, string what, string detail)
    {
        if (what != "lookup" || !detail.StartsWith("hit ", StringComparison.Ordinal)) return;
        Seen++;
        var ufid = detail[4..detail.IndexOf(',', StringComparison.Ordinal)];
        if (_retired.Contains(ufid)) violations.Add(Rule.NoStaleForwarding, $"{server}: {tier} forwards by {ufid}, which is gone");
    }
}
