using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Walks all paths from each port, and gathers what they come to.</summary>
internal sealed class ExplicitCompiler(OvsAgent agent, ExplicitOptions options)
{
    private readonly RuleLists _rules = new();
    private readonly Dictionary<Ufid, ExplicitFlow> _flows = [];
    private readonly Stack<PathStep[]> _open = new();
    private readonly List<ExplicitFlow> _ofPort = [];

    public Dictionary<Ufid, ExplicitFlow> Compile()
    {
        foreach (var port in agent.Bridges.SelectMany(b => b.Ports))
        {
            if (port.Settings.Type is not (AgentPortType.System or AgentPortType.Tunnel)) continue;
            var input = ExplicitInput.Of(port);
            Walk(input);
            foreach (var flow in _ofPort) _flows.TryAdd(flow.Ufid, flow);
        }

        return _flows;
    }

    private void Walk(ExplicitInput input)
    {
        _ofPort.Clear();
        _open.Clear();
        _open.Push([]);
        var room = Math.Min(options.MaxFlowsPerPort, options.MaxFlows - _flows.Count);
        while (_open.TryPop(out var path))
        {
            var oracle = new RuleOracle(input, _rules, path, options, _open.Push, _ofPort.Add);
            new Translation(agent, hasEffects: false).Run(oracle, input.Port);
            if (_ofPort.Count + _open.Count <= room) continue;
            _ofPort.Clear();
            _ofPort.Add(input.LeaveToHost(ExplicitRefusal.TooMany));
            return;
        }

        _ofPort.Add(input.Except(F.Fragment, (byte)FragmentBits.Any, ExplicitRefusal.Fragment));
        if (input.Port.Settings.Type == AgentPortType.Tunnel) _ofPort.Add(input.Except(F.TunnelTos, 3, ExplicitRefusal.CongestionMark));
    }
}
