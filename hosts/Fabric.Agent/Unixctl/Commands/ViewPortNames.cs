using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The names of a datapath's ports. Rules that filter flows count ports as the datapath does.</summary>
internal sealed class ViewPortNames(DatapathView view) : IPortNames, IOpenFlowPorts
{
    public bool TryGetName(OdpPort port, [NotNullWhen(true)] out string? name)
    {
        name = view.FindPort(port)?.Name;
        return name is not null;
    }

    public bool TryGetPort(ReadOnlySpan<char> name, out OdpPort port)
    {
        foreach (var candidate in view.Ports)
        {
            if (!name.SequenceEqual(candidate.Name)) continue;
            port = candidate.Number;
            return true;
        }

        port = default;
        return uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Number(number, out port);
    }

    bool IOpenFlowPorts.TryGetPort(string name, out OfpPort port)
    {
        var found = TryGetPort(name, out var odp) && odp.Value <= ushort.MaxValue;
        port = found ? new OfpPort((ushort)odp.Value) : OfpPort.None;
        return found;
    }

    string? IOpenFlowPorts.NameOf(OfpPort port) => view.FindPort(new OdpPort(port.Value))?.Name;

    private static bool Number(uint number, out OdpPort port)
    {
        port = new OdpPort(number);
        return true;
    }
}
