namespace Fabric.Actors.Protocol;

/// <param name="Vm">The VM that sends the frame.</param>
/// <param name="Flow">The frame in ovs-ofctl's match syntax, for instance <c>icmp,nw_dst=10.1.0.2</c>; what is left out is filled in as the
/// VM's stack would.</param>
public sealed record TraceRequest(string Vm, string Flow, int TimeoutMs = 2000);
