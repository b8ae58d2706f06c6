namespace Fabric.Topology;

/// <summary>Encapsulation of an overlay.</summary>
public enum OverlayType : byte
{
    Vxlan,
    Geneve,
}
