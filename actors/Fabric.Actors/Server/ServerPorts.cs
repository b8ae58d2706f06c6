using Fabric.Actors.Protocol;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>The port numbers of every emulated server, the same on each, so that a person who has seen one knows them all.</summary>
public static class ServerPorts
{
    public const string Bridge = "br-int";
    public const string Physical = "phy0";
    public const string VxlanVport = "vxlan_sys_4789";
    public const string GeneveVport = "genev_sys_6081";

    /// <summary>Flow-based tunnel ports of br-int.</summary>
    public const string VxlanName = "vxlan0";
    public const string GeneveName = "geneve0";

    /// <summary>Datapath ports.</summary>
    public static OdpPort LocalPort => OdpPort.Local;
    public static OdpPort PhysicalPort => new(1);
    public static OdpPort VxlanPort => new(2);
    public static OdpPort GenevePort => new(3);

    /// <summary>OpenFlow numbers of the flow-based tunnel ports of br-int; VFs have 1 and up.</summary>
    public static OfpPort OfVxlan => new(1001);
    public static OfpPort OfGeneve => new(1002);

    public static OdpPort VfPort(int vf) => new((uint)(10 + vf));

    public static OfpPort OfVf(int vf) => new((ushort)(1 + vf));

    public static string VfName(int vf) => $"vf{vf}";

    public static bool IsGeneve(OverlayPlan overlay) => overlay.Type == "geneve";

    public static OfpPort OfTunnel(OverlayPlan overlay) => IsGeneve(overlay) ? OfGeneve : OfVxlan;
}
