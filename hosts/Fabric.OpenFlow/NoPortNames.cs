using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>A bridge without names: ports are numbers.</summary>
public sealed class NoPortNames : IPortNames
{
    public static NoPortNames Instance { get; } = new();

    public bool TryGetPort(string name, out OfpPort port)
    {
        port = OfpPort.None;
        return false;
    }

    public string? NameOf(OfpPort port) => null;
}
