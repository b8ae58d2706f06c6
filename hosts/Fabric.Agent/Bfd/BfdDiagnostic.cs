namespace Fabric.Agent;

/// <summary>Why a session last left state Up (RFC 5880 section 4.1, Diag). Others may send more of them.</summary>
public enum BfdDiagnostic : byte
{
    None,
    Expired,
    EchoFailed,
    NeighbourDown,
    ForwardingReset,
    PathDown,
    ConcatenatedPathDown,
    AdminDown,
    ReverseConcatenatedPathDown,
}
