using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Hears of a flow that is about to be put, with the packet that it was made for.</summary>
/// <param name="packet">Not masked.</param>
public delegate void FlowMade(Ufid ufid, ref FlowKey packet, ref FlowMask mask, DatapathActions actions);
