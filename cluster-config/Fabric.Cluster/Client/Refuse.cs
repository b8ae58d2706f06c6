using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

internal static class Refuse
{
    public static void If(bool condition, string reason)
    {
        if (condition) throw new FabricRequestException(RequestFailure.Invalid, reason);
    }
}
