namespace Fabric.Nic;

/// <summary>What must be done for the frames of one port beyond switching them. A port without any costs one test of this word.</summary>
[Flags]
internal enum VfChecks
{
    None = 0,

    /// <summary>The source address of frames that the VF sends.</summary>
    Source = 1,

    /// <summary>The VF's VLAN: pushed on what it sends, popped from what it gets.</summary>
    Vlan = 2,

    Mtu = 4,

    /// <summary>What the VF sends keeps to rates.</summary>
    Rate = 8,

    /// <summary>Those that concern frames to the VF.</summary>
    Delivery = Vlan | Mtu,
}
