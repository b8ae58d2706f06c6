namespace Fabric.Flow;

/// <summary><c>nat(src=low-high:portlow-porthigh,…)</c>; without a direction it is "as the connection says".</summary>
public sealed record CtNat(
    bool Source = false, bool Destination = false, string? AddressLow = null, string? AddressHigh = null,
    ushort PortLow = 0, ushort PortHigh = 0, bool Persistent = false, bool Hash = false, bool Random = false);
