using Fabric.Actors.Protocol;

namespace Fabric.Actors;

public sealed record VfPartState(VfState State, PartAccount Account);
