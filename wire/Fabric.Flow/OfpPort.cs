using System.Globalization;

namespace Fabric.Flow;

/// <summary>
/// A port number of a bridge as OpenFlow 1.0 numbers it (OVS: <c>ofp_port_t</c>, 16 bits; 0xff00 and above are reserved).
/// </summary>
public readonly record struct OfpPort(ushort Value)
{
    public static OfpPort InPort => new(0xfff8);
    public static OfpPort Table => new(0xfff9);
    public static OfpPort Normal => new(0xfffa);
    public static OfpPort Flood => new(0xfffb);
    public static OfpPort All => new(0xfffc);
    public static OfpPort Controller => new(0xfffd);
    public static OfpPort Local => new(0xfffe);
    public static OfpPort None => new(0xffff);

    /// <summary>True for the special ports; physical ones are 1 to 0xfeff.</summary>
    public bool IsReserved => Value >= 0xff00;

    public override string ToString() => Value switch
    {
        0xfff8 => "IN_PORT",
        0xfff9 => "TABLE",
        0xfffa => "NORMAL",
        0xfffb => "FLOOD",
        0xfffc => "ALL",
        0xfffd => "CONTROLLER",
        0xfffe => "LOCAL",
        0xffff => "ANY",
        _ => Value.ToString(CultureInfo.InvariantCulture),
    };
}
