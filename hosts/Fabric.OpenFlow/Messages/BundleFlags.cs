namespace Fabric.OpenFlow;

/// <summary>How a bundle is to be applied (<c>ofp14_bundle_flags</c>); the numbers are those of the wire.</summary>
[Flags]
public enum BundleFlags
{
    None = 0,
    Atomic = 1 << 0,
    Ordered = 1 << 1,
}
