using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fabric.Actors.Protocol;
using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The devices of an emulated server: its NIC's VFs and physical port, and whatever interfaces of its own the host is asked for. Ports of
/// the datapath have the same numbers on each server where they can, so that a person who has seen one knows them all.
/// </summary>
public sealed class ServerDevices(ServerPlan plan) : IDevices
{
    /// <summary>VFs of the plan last told.</summary>
    private ServerPlan _plan = plan;

    /// <summary>Above the numbers of VFs, which no NIC has more than 256 of.</summary>
    private const uint FirstFree = 300;

    private static readonly Dictionary<string, OdpPort> Fixed = new()
    {
        [ServerPorts.Bridge] = ServerPorts.LocalPort,
        [ServerPorts.Physical] = ServerPorts.PhysicalPort,
        [ServerPorts.VxlanVport] = ServerPorts.VxlanPort,
        [ServerPorts.GeneveVport] = ServerPorts.GenevePort,
    };

    public IReadOnlyList<string> InterfaceTypes { get; } = ["dummy", "geneve", "gre", "internal", "patch", "system", "tap", "vxlan"];

    public IReadOnlyList<string> DatapathTypes { get; } = [plan.IsUserspace ? "netdev" : "system"];

    public string DatapathVersion => "<built-in>";

    /// <summary>VFs come, go and change hands.</summary>
    public void Follow(ServerPlan changed) => _plan = changed;

    public bool TryOpen(string name, string type, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? error)
    {
        var system = FindSystem(name);
        device = type switch
        {
            "system" => system,
            "internal" or "tap" or "dummy" when system is null => new Device(name, DeviceKind.Host, MakeMac(name)),
            _ => null,
        };
        error = device is not null ? null : type switch
        {
            "system" => "No such device",
            "internal" or "tap" or "dummy" => "File exists",
            _ => "Address family not supported by protocol",
        };
        return device is not null;
    }

    public OdpPort ChooseNumber(string name, Func<OdpPort, bool> isFree)
    {
        if (Fixed.TryGetValue(name, out var known) && isFree(known)) return known;
        if (TryGetVf(name, out var vf) && isFree(ServerPorts.VfPort(vf))) return ServerPorts.VfPort(vf);
        for (var number = FirstFree; ; number++)
            if (isFree(new OdpPort(number))) return new OdpPort(number);
    }

    /// <summary>Locally administered and unique in the fabric; a bridge's datapath id is made of its address.</summary>
    public MacAddress MakeMac(string name)
    {
        var vtep = MacAddress.Parse(_plan.VtepMac).Value;
        if (name == ServerPorts.Bridge) return new MacAddress(vtep | 0x0004_0000_0000);
        var hash = 2_166_136_261u;
        foreach (var letter in $"{_plan.Name}/{name}") hash = (hash ^ letter) * 16_777_619;
        return new MacAddress(0x0600_0000_0000 | ((vtep & 0xff) << 32) | hash);
    }

    public IReadOnlyDictionary<string, string> TunnelStatus(IpAddress? remote) => remote is null ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["tunnel_egress_iface"] = ServerPorts.Physical, ["tunnel_egress_iface_carrier"] = "up" };

    private Device? FindSystem(string name)
    {
        if (name == ServerPorts.Physical)
            return new Device(name, DeviceKind.Physical, MacAddress.Parse(_plan.VtepMac), _plan.UnderlayMtu,
                Ifindex(ServerPorts.PhysicalPort));
        // In legacy mode, and once destroyed, a VF has no representor.
        if (!TryGetVf(name, out var vf) || _plan.Functions.IsLegacy || _plan.Functions.Destroyed.Contains(vf)) return null;
        // A VF that no VM has is a device like any other, at which nobody listens.
        var kind = _plan.Vms.Any(vm => vm.Vf == vf) ? DeviceKind.Representor : DeviceKind.Host;
        return new Device(name, kind, MakeMac(name), Ifindex: Ifindex(ServerPorts.VfPort(vf)));
    }

    private bool TryGetVf(string name, out int vf)
    {
        vf = 0;
        return name.StartsWith("vf", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out vf) && vf < _plan.Nic.Vfs
            && name == ServerPorts.VfName(vf);
    }

    /// <summary>1 is the loopback's.</summary>
    private static int Ifindex(OdpPort port) => (int)port.Value + 1;
}
