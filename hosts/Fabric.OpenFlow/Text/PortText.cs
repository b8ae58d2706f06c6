using System.Globalization;
using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Ports in rules: a name of the bridge, a number, or a reserved word in any case of letters.</summary>
public static class PortText
{
    /// <summary>OpenFlow 1.1 and later number the reserved ports with 32 bits; the upper half is all ones.</summary>
    private const uint WideReserved = 0xffff0000;

    public static bool TryParse(string text, IOpenFlowPorts ports, out OfpPort port)
    {
        if (FieldText.TryParseNumber(text, out var number))
        {
            if (number >= 0xffffff00 && number <= uint.MaxValue) number &= ~(UInt128)WideReserved;
            port = new OfpPort((ushort)number);
            return number <= 0xffff;
        }

        OfpPort? reserved = text.ToUpperInvariant() switch
        {
            "IN_PORT" => OfpPort.InPort,
            "TABLE" => OfpPort.Table,
            "NORMAL" => OfpPort.Normal,
            "FLOOD" => OfpPort.Flood,
            "ALL" => OfpPort.All,
            "CONTROLLER" => OfpPort.Controller,
            "LOCAL" => OfpPort.Local,
            "NONE" or "ANY" => OfpPort.None,
            _ => null,
        };
        port = reserved ?? default;
        if (reserved is not null) return true;
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        return ports.TryGetPort(text, out port);
    }

    public static string Format(OfpPort port, IOpenFlowPorts ports)
    {
        if (port.IsReserved) return port.ToString();
        var name = ports.NameOf(port);
        if (name is null) return port.Value.ToString(CultureInfo.InvariantCulture);
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && !char.IsAsciiDigit(name[0]) ? name : $"\"{name}\"";
    }
}
