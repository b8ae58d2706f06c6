namespace Fabric.OpenFlow;

/// <summary>What a <see cref="GroupMod"/> does (OpenFlow 1.5 <c>ofp_group_mod_command</c>; <see cref="AddOrModify"/> is OVS's).</summary>
public enum GroupCommand
{
    Add = 0,
    Modify = 1,
    Delete = 2,
    InsertBucket = 3,
    RemoveBucket = 5,
    AddOrModify = 0x8000,
}
