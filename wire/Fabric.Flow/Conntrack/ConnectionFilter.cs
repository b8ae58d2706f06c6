namespace Fabric.OpenFlow;

/// <summary>Which tracked connections to forget (OVS: <c>ofp_ct_match</c>).</summary>
/// <param name="Zone">Null is every zone.</param>
/// <param name="Protocol">IP protocol; 0 is any.</param>
public sealed record ConnectionFilter(ushort? Zone, byte Protocol, ConnectionFilterTuple Original, ConnectionFilterTuple Reply);
