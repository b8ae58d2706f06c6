using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>The ports of a bridge by name, for reading and printing rules.</summary>
public interface IOpenFlowPorts
{
    bool TryGetPort(string name, out OfpPort port);

    /// <summary>Null when the port has no name here.</summary>
    string? NameOf(OfpPort port);
}
