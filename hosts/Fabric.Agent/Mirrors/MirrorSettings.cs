namespace Fabric.Agent;

/// <summary>
/// Copies of chosen frames to a port or a VLAN (ovs-vswitchd.conf.db(5), table Mirror). Ports are named as in the database: a bond by the
/// bond's name.
/// </summary>
public sealed record MirrorSettings(string Name)
{
    public bool SelectAll { get; init; }

    /// <summary>Frames received on these ports.</summary>
    public IReadOnlyList<string> SelectSourcePorts { get; init; } = [];

    /// <summary>Frames sent to these ports.</summary>
    public IReadOnlyList<string> SelectDestinationPorts { get; init; } = [];

    /// <summary>Of the frames that the ports select, only those in these VLANs; null is all.</summary>
    public VlanSet? SelectVlans { get; init; }

    /// <summary>The port that gets the copies, and nothing else.</summary>
    public string? OutputPort { get; init; }

    /// <summary>Without an output port: the VLAN that gets the copies.</summary>
    public ushort? OutputVlan { get; init; }

    /// <summary>Copies are cut to this size, 14 to 65535; 0 leaves them whole.</summary>
    public ushort SnapSize { get; init; }

    public bool Equals(MirrorSettings? other) =>
        other is not null && Name == other.Name && SelectAll == other.SelectAll && SnapSize == other.SnapSize
        && OutputPort == other.OutputPort && OutputVlan == other.OutputVlan && Equals(SelectVlans, other.SelectVlans)
        && SelectSourcePorts.SequenceEqual(other.SelectSourcePorts) && SelectDestinationPorts.SequenceEqual(other.SelectDestinationPorts);

    public override int GetHashCode() => HashCode.Combine(Name, OutputPort, OutputVlan);
}
