namespace Fabric.Datapath;

/// <summary>Frames of one flow that the NIC gave to the host, by the reason it gave.</summary>
public readonly record struct FallbackCounts(long NotLearned, long HostDestined, long NotProcessable, long Diverted = 0)
{
    public long Total => NotLearned + HostDestined + NotProcessable + Diverted;

    public FallbackCounts With(FallbackReason reason) => reason switch
    {
        FallbackReason.NotLearned => this with { NotLearned = NotLearned + 1 },
        FallbackReason.HostDestined => this with { HostDestined = HostDestined + 1 },
        FallbackReason.Diverted => this with { Diverted = Diverted + 1 },
        _ => this with { NotProcessable = NotProcessable + 1 },
    };
}
