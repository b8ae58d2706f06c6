namespace Fabric.Agent;

/// <summary>What happened to a rule.</summary>
public enum RuleEventKind
{
    Added,
    Modified,
    Removed,
}
