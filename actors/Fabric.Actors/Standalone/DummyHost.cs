using System.Diagnostics.CodeAnalysis;
using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// A host whose devices are made for tests (OVS: <c>lib/netdev-dummy.c</c>, and <c>dpif-netdev.c</c> with a dummy class): addresses and
/// port numbers come out as Open vSwitch's do, for tests name them.
/// </summary>
internal sealed class DummyHost(DummyLevel level) : IDevices, IDisposable
{
    private const ulong FirstMac = 0xaa55_aa55_0000;

    private readonly Dictionary<string, DummyDevice> _devices = [];
    private readonly Dictionary<string, MacAddress> _macs = [];
    private ulong _nextMac = FirstMac;

    public IReadOnlyCollection<DummyDevice> Devices => _devices.Values;

    public IReadOnlyList<string> InterfaceTypes { get; } = level == DummyLevel.None
        ? ["geneve", "gre", "internal", "patch", "system", "tap", "vxlan"]
        : ["dummy", "dummy-internal", "geneve", "gre", "internal", "patch", "system", "tap", "vxlan"];

    public IReadOnlyList<string> DatapathTypes { get; } = level == DummyLevel.None ? ["netdev", "system"] : ["dummy", "netdev", "system"];

    public string DatapathVersion => "<built-in>";

    public DummyDevice? Find(string name) => _devices.GetValueOrDefault(name);

    public bool TryOpen(string name, string type, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? error)
    {
        error = null;
        device = null;
        var made = type switch
        {
            "internal" or "tap" => level == DummyLevel.None ? type : "dummy-internal",
            "dummy" or "dummy-internal" when level >= DummyLevel.Named => type,
            "system" when level >= DummyLevel.System => "system",
            _ => null,
        };
        if (made is null)
        {
            error = type == "system" ? "No such device" : "Address family not supported by protocol";
            return false;
        }

        if (!_devices.TryGetValue(name, out var known) || known.Type != made)
        {
            known?.Dispose();
            _devices[name] = known = new DummyDevice(new Device(name, DeviceKind.Representor, MakeMac(name)), made);
        }

        device = known.Device;
        return true;
    }

    /// <summary>
    /// The first number in the name, for bridges 100 more; if that is taken, or there is none, the lowest free one (OVS
    /// <c>choose_port</c>).
    /// </summary>
    public OdpPort ChooseNumber(string name, Func<OdpPort, bool> isFree)
    {
        var first = name.StartsWith("br", StringComparison.Ordinal) ? 100u : 0u;
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiDigit(name[i])) continue;
            var end = i;
            while (end < name.Length && char.IsAsciiDigit(name[end])) end++;
            if (uint.TryParse(name.AsSpan(i, end - i), out var number) && number + first is > 0 and < 65536 && isFree(new(number + first)))
                return new OdpPort(number + first);
            break;
        }

        for (var number = 1u; ; number++)
            if (isFree(new OdpPort(number))) return new OdpPort(number);
    }

    public MacAddress MakeMac(string name)
    {
        if (!_macs.TryGetValue(name, out var mac)) _macs[name] = mac = new MacAddress(_nextMac++);
        return mac;
    }

    public IReadOnlyDictionary<string, string> TunnelStatus(IpAddress? remote) => new Dictionary<string, string>();

    public void Dispose()
    {
        foreach (var device in _devices.Values) device.Dispose();
    }
}
