namespace Fabric.Actors.Protocol;

/// <param name="AtUs">Microseconds since the first step, on the clock of the node that recorded it.</param>
/// <param name="Where">The part, for instance <c>server-1/nic L1</c>, <c>server-1/vf1</c>, <c>server-2/phy0</c>.</param>
/// <param name="What">What happened: <c>miss, entry added</c>, <c>hit</c>, <c>upcall</c>, <c>encap</c>, …</param>
/// <param name="Detail">Headers, flow or actions at this step, OVS text form.</param>
/// <param name="Answer">0 for the frame that was sent; each frame sent in answer to a traced one counts one further.</param>
public sealed record TraceStep(long AtUs, string Server, string Where, string What, string Detail, int Answer = 0);
