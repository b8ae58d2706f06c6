namespace Fabric.Topology;

/// <summary>What a value must look like, before anybody asks whether it makes sense.</summary>
internal enum ValueShape : byte
{
    /// <summary>Any text.</summary>
    Text,
    Name,

    /// <summary>A name or a range of names.</summary>
    NameRange,

    /// <summary>A name in which <c>*</c> may stand.</summary>
    Pattern,
    Integer,
    Choice,

    /// <summary>Yes or no: true or on, false or off.</summary>
    Switch,
    Duration,
    Comparison,
    Rate,
    Ipv4Address,
    Address,
    Ipv4Subnet,
    Subnet,
    Mac,
    MacPrefix,
    List,

    /// <summary>One value, or a list of them.</summary>
    OneOrMany,

    /// <summary>A map with the given keys.</summary>
    Map,

    /// <summary>A map with exactly one of the given keys: a verb and what it acts on.</summary>
    Verb,

    /// <summary>A map whose keys are names.</summary>
    ByName,
}
