namespace Fabric.OpenFlow;

/// <summary>What to do with rules (OpenFlow <c>ofp_flow_mod_command</c>).</summary>
public enum FlowModCommand
{
    Add, Modify, ModifyStrict, Delete, DeleteStrict,
}
