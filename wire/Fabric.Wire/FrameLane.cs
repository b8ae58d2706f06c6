namespace Fabric.Wire;

/// <summary>Which input of the receiving part a <see cref="FrameBatch"/> is for, so that a batch is its own message.</summary>
public enum FrameLane : byte
{
    FromVm,
    ToVm,

    /// <summary>Outer packets that came from the underlay.</summary>
    FromWire,

    /// <summary>Outer packets for the underlay.</summary>
    ToWire,

    /// <summary>Fallback path: the NIC gives frames to the host.</summary>
    ToHost,

    /// <summary>The host has the NIC transmit frames on a port.</summary>
    FromHost,
}
