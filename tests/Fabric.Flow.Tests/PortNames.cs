using System.Diagnostics.CodeAnalysis;

namespace Fabric.Flow.Tests;

/// <summary>The ports of the switch whose flows are in <c>Data/</c>.</summary>
internal sealed class PortNames : IPortNames
{
    private static readonly Dictionary<uint, string> Names = new() { [1] = "p1", [2] = "p2", [3] = "p3", [100] = "br0" };

    public bool TryGetName(OdpPort port, [NotNullWhen(true)] out string? name) => Names.TryGetValue(port.Value, out name);

    public bool TryGetPort(ReadOnlySpan<char> name, out OdpPort port)
    {
        foreach (var (number, known) in Names)
        {
            port = new OdpPort(number);
            if (name.SequenceEqual(known)) return true;
        }

        port = default;
        return false;
    }
}
