using System.Diagnostics.CodeAnalysis;
using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests.Configuration;

/// <summary>A host on which every device but those called <c>no…</c> exists.</summary>
internal sealed class TestDevices : IDevices
{
    public IReadOnlyList<string> InterfaceTypes { get; } = ["dummy", "geneve", "gre", "internal", "patch", "system", "vxlan"];

    public IReadOnlyList<string> DatapathTypes { get; } = ["system"];

    public string DatapathVersion => "test";

    public bool TryOpen(string name, string type, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? error)
    {
        var isKnown = type is "system" or "internal" or "dummy";
        error = !isKnown ? "Address family not supported by protocol"
            : name.StartsWith("no", StringComparison.Ordinal) ? "No such device" : null;
        device = error is null ? new Device(name, type == "internal" ? DeviceKind.Host : DeviceKind.Representor, MakeMac(name)) : null;
        return device is not null;
    }

    public OdpPort ChooseNumber(string name, Func<OdpPort, bool> isFree)
    {
        for (uint number = 1; ; number++)
            if (isFree(new OdpPort(number))) return new OdpPort(number);
    }

    public MacAddress MakeMac(string name) => new(
        name.Aggregate(0x0200_0000_0000UL, (sum, c) => (sum * 31 + c) & 0xff_ffff | 0x0200_0000_0000));

    public IReadOnlyDictionary<string, string> TunnelStatus(IpAddress? remote) => new Dictionary<string, string>();
}
