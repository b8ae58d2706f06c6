using System.Globalization;

namespace Fabric.Flow;

/// <summary>A 24-bit virtual network identifier (VXLAN, GENEVE) or virtual subnet identifier (NVGRE).</summary>
public readonly record struct Vni(uint Value)
{
    public const uint MaxValue = 0xff_ffff;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
