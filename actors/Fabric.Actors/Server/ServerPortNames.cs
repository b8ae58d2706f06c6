using System.Diagnostics.CodeAnalysis;
using Fabric.Actors.Protocol;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>Names of one server's datapath ports, for people who read flows.</summary>
public sealed class ServerPortNames : IPortNames
{
    private readonly Dictionary<OdpPort, string> _names;

    public ServerPortNames(ServerPlan plan)
    {
        _names = new()
        {
            [ServerPorts.LocalPort] = ServerPorts.Bridge,
            [ServerPorts.PhysicalPort] = ServerPorts.Physical,
            [ServerPorts.VxlanPort] = ServerPorts.VxlanVport,
            [ServerPorts.GenevePort] = ServerPorts.GeneveVport,
        };
        foreach (var vm in plan.Vms) _names[ServerPorts.VfPort(vm.Vf)] = ServerPorts.VfName(vm.Vf);
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
