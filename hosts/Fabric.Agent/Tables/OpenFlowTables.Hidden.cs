using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The one rule that the switch itself puts above those of controllers, while these are lost (OVS: rules with a priority over 65535). It is
/// in no dump and no count, and no request finds it.
/// </summary>
public sealed partial class OpenFlowTables
{
    private OpenFlowRule? _hidden;

    /// <summary>Only <c>bridge/dump-flows</c> shows it.</summary>
    public IEnumerable<OpenFlowRule> HiddenRules => _hidden is null ? [] : [_hidden];

    internal void SetHiddenRule(OpenFlowActions actions, int priority, long nowMs)
    {
        RemoveHiddenRule();
        _hidden = new OpenFlowRule(new FlowMod { Actions = actions }, Match.Any, 0, priority, nowMs);
        TableOf(0).Classifier.Insert(_hidden);
        TableOf(0).HiddenCount = 1;
        Version++;
        OtherVersion++;
    }

    internal void RemoveHiddenRule()
    {
        if (_hidden is null) return;
        TableOf(0).Classifier.Remove(_hidden);
        TableOf(0).HiddenCount = 0;
        _hidden = null;
        Version++;
        OtherVersion++;
    }
}
