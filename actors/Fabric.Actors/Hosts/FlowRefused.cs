using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>To the agent: the datapath did not take this flow; its packets will be upcalls again.</summary>
public sealed record FlowRefused(Ufid Ufid, FlowTableRefusal Reason);
