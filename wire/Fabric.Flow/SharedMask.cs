namespace Fabric.Flow;

/// <summary>
/// One copy of a mask for all who match by it: a mask is larger than everything else of a flow together. Nobody changes it.
/// </summary>
public sealed class SharedMask
{
    /// <summary>A field, so that it can be passed by reference.</summary>
    public FlowMask Mask;

    /// <summary>One that matches everything.</summary>
    public SharedMask()
    {
    }

    public SharedMask(ref FlowMask mask) => Mask = mask;
}
