using System.Globalization;

namespace Fabric.Flow;

/// <summary>Unique flow identifier: 128 bits that name a datapath flow (OVS: <c>ovs_u128</c>, printed as a UUID).</summary>
public readonly record struct Ufid(ulong High, ulong Low)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{High >> 32:x8}-{(ushort)(High >> 16):x4}-{(ushort)High:x4}-{Low >> 48:x4}-{Low & 0xffff_ffff_ffff:x12}");
}
