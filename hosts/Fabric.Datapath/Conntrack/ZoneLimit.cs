namespace Fabric.Datapath;

/// <summary>How many connections a zone may have, and has.</summary>
internal sealed class ZoneLimit(uint limit)
{
    public uint Limit { get; set; } = limit;

    public uint Count { get; set; }
}
