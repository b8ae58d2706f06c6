namespace Fabric.OpenFlow;

/// <summary>Flags of <c>ct</c> (OVS: <c>NX_CT_F_*</c>).</summary>
[Flags]
public enum CtFlags
{
    None = 0,
    Commit = 1 << 0,
    Force = 1 << 1,
}
