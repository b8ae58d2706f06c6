namespace Fabric.Actors.Protocol;

/// <summary>One step of a marked frame, as its node recorded it.</summary>
/// <param name="Generation">0 for the frame that was sent first; each answer to a marked frame counts one further.</param>
/// <param name="TimestampUs">Microseconds since the Unix epoch.</param>
/// <param name="Part"><c>vm</c>, <c>vf</c>, <c>phy</c>, <c>nic</c>, <c>kernel</c>, <c>agent</c>, <c>underlay</c>.</param>
/// <param name="Tier"><c>L1</c>, <c>L2</c>, <c>L3</c>, <c>agent</c> when this step answered the lookup; else empty.</param>
public sealed record RecordedStep(
    int Generation, long TimestampUs, string Server, string Part, string Where, string Tier, string What, string Detail);
