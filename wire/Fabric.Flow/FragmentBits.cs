namespace Fabric.Flow;

/// <summary>OVS <c>FLOW_NW_FRAG_*</c>: is the packet a fragment, and a later one?</summary>
[Flags]
public enum FragmentBits : byte
{
    None = 0,

    /// <summary>Any fragment.</summary>
    Any = 1,

    /// <summary>A fragment with a non-zero offset: it has no L4 header.</summary>
    Later = 2,
}
