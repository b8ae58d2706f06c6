using Fabric.Actors.Protocol;

namespace Fabric.Actors;

public sealed record VmPartState(VmState State, PartAccount Account);
