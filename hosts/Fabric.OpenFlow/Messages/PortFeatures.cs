namespace Fabric.OpenFlow;

/// <summary>Speeds and media (<c>ofp_port_features</c> of 1.1 and later; 1.0 has those up to 10 Gb/s and shifts the last five).</summary>
[Flags]
public enum PortFeatures
{
    None = 0,
    Speed10MHalfDuplex = 1 << 0,
    Speed10MFullDuplex = 1 << 1,
    Speed100MHalfDuplex = 1 << 2,
    Speed100MFullDuplex = 1 << 3,
    Speed1GHalfDuplex = 1 << 4,
    Speed1GFullDuplex = 1 << 5,
    Speed10GFullDuplex = 1 << 6,
    Speed40GFullDuplex = 1 << 7,
    Speed100GFullDuplex = 1 << 8,
    Speed1TFullDuplex = 1 << 9,
    OtherSpeed = 1 << 10,
    Copper = 1 << 11,
    Fiber = 1 << 12,
    AutoNegotiation = 1 << 13,
    Pause = 1 << 14,
    PauseAsymmetric = 1 << 15,
}
