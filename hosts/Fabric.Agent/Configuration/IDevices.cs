using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>What a host has beside its database: network devices, and a way of numbering ports.</summary>
public interface IDevices
{
    /// <summary>Values of <c>Interface.type</c> that ports can have, in alphabetical order.</summary>
    IReadOnlyList<string> InterfaceTypes { get; }

    IReadOnlyList<string> DatapathTypes { get; }

    /// <summary>Value of <c>Bridge.datapath_version</c>.</summary>
    string DatapathVersion { get; }

    /// <summary>Finds or makes the device behind a port of type system, internal, tap or dummy.</summary>
    /// <param name="error">As <c>strerror</c> words it.</param>
    bool TryOpen(string name, string type, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? error);

    /// <summary>The number of a port new to the datapath.</summary>
    OdpPort ChooseNumber(string name, Func<OdpPort, bool> isFree);

    /// <summary>The address of something that has none of its own: a bridge, a tunnel port, a patch port.</summary>
    MacAddress MakeMac(string name);

    /// <summary>What <c>Interface.status</c> says of a tunnel to this address, or to no fixed one.</summary>
    IReadOnlyDictionary<string, string> TunnelStatus(IpAddress? remote);
}
