using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>What the three tunnel headers have to tell, after their own checks.</summary>
internal ref struct TunnelHeader
{
    public uint Vni;

    /// <summary>Only what the tunnel header itself says.</summary>
    public TunnelFlags Flags;
    public ushort GroupPolicyId;
    public byte GroupPolicyFlags;
    public ReadOnlySpan<byte> Options;

    /// <summary>Bytes of the inner frame, the last ones of the packet.</summary>
    public int InnerSize;
}
