using System.Runtime.CompilerServices;

namespace Fabric.OpenFlow;

/// <summary>The sixteen 32-bit registers of the Nicira extensions, each in network order.</summary>
[InlineArray(Count)]
public struct RegisterFile
{
    public const int Count = 16;

    private uint _first;
}
