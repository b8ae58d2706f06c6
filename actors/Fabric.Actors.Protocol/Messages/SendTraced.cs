namespace Fabric.Actors.Protocol;

/// <summary>Make the VM send one marked frame. Answered by <see cref="TracedSent"/>.</summary>
/// <param name="Flow">In <c>ovs-ofctl</c>'s match syntax; what it leaves out is filled in as the VM's stack would.</param>
public sealed record SendTraced(string Vm, string Flow, uint TraceId) : IServerMessage;
