using System.Diagnostics.CodeAnalysis;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>Names of the ports that a datapath has at this moment, for people who read its flows.</summary>
internal sealed class LivePortNames : IPortNames
{
    private readonly Dictionary<OdpPort, string> _names;

    public LivePortNames(DatapathPorts ports) => _names = ports.All.ToDictionary(port => port.Number, port => port.Name);

    /// <summary>A NIC knows no interfaces of the host, but the flows that it refused can name the bridge's own.</summary>
    public LivePortNames(SmartNic nic)
    {
        _names = nic.Ports.ToDictionary(port => port.Number, port => port.Port.Name);
        _names.TryAdd(ServerPorts.LocalPort, ServerPorts.Bridge);
    }

    public bool TryGetName(OdpPort port, [NotNullWhen(true)] out string? name) => _names.TryGetValue(port, out name);

    public bool TryGetPort(ReadOnlySpan<char> name, out OdpPort port)
    {
        foreach (var (number, candidate) in _names)
        {
            if (!name.SequenceEqual(candidate)) continue;
            port = number;
            return true;
        }

        port = default;
        return false;
    }
}
