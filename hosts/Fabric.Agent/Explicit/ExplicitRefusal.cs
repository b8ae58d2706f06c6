namespace Fabric.Agent;

/// <summary>Why packets cannot be decided before they come.</summary>
public enum ExplicitRefusal : byte
{
    None,
    Normal,
    Learn,
    Connection,
    Controller,
    Hash,
    Recirculation,
    Mpls,
    Encapsulation,
    SecondTag,
    PacketLength,
    Conjunction,
    TunnelOptions,
    Lacp,
    Bfd,
    PortConfiguration,
    SlowPath,
    Fragment,
    CongestionMark,
    NoIpHeader,

    /// <summary>What is done depends on a field that no rule on the way matches.</summary>
    Field,
    TranslationError,
    TooMany,
}
