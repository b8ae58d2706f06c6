namespace Fabric.OpenFlow;

/// <param name="MissSendSize">Bytes of a packet that a table miss sends; 65535 is all.</param>
public sealed record SwitchConfiguration(FragmentMode Fragments, ushort MissSendSize)
{
    /// <summary>Packets with a spent TTL go to the controller; null in versions that cannot tell (1.0, and 1.3 and later).</summary>
    public bool? SendsInvalidTtl { get; init; }
}
