using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>A bridge without names: ports are numbers.</summary>
public sealed class NoOpenFlowPorts : IOpenFlowPorts
{
    public static NoOpenFlowPorts Instance { get; } = new();

    public bool TryGetPort(string name, out OfpPort port)
    {
        port = OfpPort.None;
        return false;
    }

    public string? NameOf(OfpPort port) => null;
}
