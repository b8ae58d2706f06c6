using System.Runtime.CompilerServices;

namespace Fabric.Wire;

/// <summary>Room for the options of one GENEVE header: 63 words of 4 bytes (RFC 8926 section 3.4), rounded up.</summary>
[InlineArray(Size)]
public struct TunnelOptions
{
    public const int Size = 256;

    /// <summary>Most option bytes that a header can announce.</summary>
    public const int MaxUsed = 252;

    private byte _first;
}
