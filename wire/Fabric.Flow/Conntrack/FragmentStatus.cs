namespace Fabric.Flow;

/// <summary>What <c>dpctl/ipf-get-status</c> tells of one IP version (OVS: <c>struct ipf_proto_status</c>).</summary>
public readonly record struct FragmentStatus(
    bool IsEnabled, uint MinSize, long Accepted, long CompletedSent, long ExpiredSent, long TooSmall, long Overlapping, long Purged);
