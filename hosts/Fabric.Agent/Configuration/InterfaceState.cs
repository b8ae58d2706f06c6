using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>What became of a configured interface.</summary>
public sealed class InterfaceState(string bridge, string port, InterfaceConfiguration configuration, string type)
{
    public string Name => Configuration.Name;

    public string Bridge { get; } = bridge;

    public string Port { get; internal set; } = port;

    public InterfaceConfiguration Configuration { get; internal set; } = configuration;

    /// <summary>As in effect: a bridge's own port is <c>internal</c>, none given is <c>system</c>.</summary>
    public string Type { get; } = type;

    /// <summary><see cref="OfpPort.None"/> when it could not be set up.</summary>
    public OfpPort Number { get; internal set; } = OfpPort.None;

    /// <summary>Port of the datapath; none for patch ports.</summary>
    public OdpPort Odp { get; internal set; } = OdpPort.None;

    public Device? Device { get; internal set; }

    public TunnelSettings? Tunnel { get; internal set; }

    public MacAddress Mac { get; internal set; }

    public int? Mtu { get; internal set; }

    /// <summary>False: somebody has set the device down (<c>OFPPC_PORT_DOWN</c>).</summary>
    public bool IsAdminUp { get; internal set; } = true;

    /// <summary>How often its link changed.</summary>
    public long LinkResets { get; internal set; }

    /// <summary>Value of <c>Interface.error</c>; also a port that works can have one (a patch port without its peer).</summary>
    public string? Error { get; internal set; }

    public bool IsWorking => Number != OfpPort.None;

    public bool IsPatch => Type == "patch";

    public bool IsTunnel => TunnelOptions.IsTunnel(Type);
}
