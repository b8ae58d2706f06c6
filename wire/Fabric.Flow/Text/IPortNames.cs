using System.Diagnostics.CodeAnalysis;

namespace Fabric.Flow;

/// <summary>Names of datapath ports, for text that shows or accepts names in place of numbers.</summary>
public interface IPortNames
{
    bool TryGetName(OdpPort port, [NotNullWhen(true)] out string? name);

    bool TryGetPort(ReadOnlySpan<char> name, out OdpPort port);
}
