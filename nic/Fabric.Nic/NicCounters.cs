using Fabric.Datapath;

namespace Fabric.Nic;

/// <summary>Frames by the tier that answered them. One owner writes.</summary>
public sealed class NicCounters
{
    /// <summary>Frames answered by L1, by L2.</summary>
    public long L1Frames;
    public long L2Frames;

    /// <summary>Frames sent by the host for transmission or execution here.</summary>
    public long FromHostFrames;

    /// <summary>Frames sent to the host, by <see cref="FallbackReason"/>.</summary>
    public long NotLearnedFrames;
    public long HostDestinedFrames;
    public long NotProcessableFrames;

    public long Resets;

    public long Fallback(FallbackReason reason) => reason switch
    {
        FallbackReason.NotLearned => NotLearnedFrames,
        FallbackReason.HostDestined => HostDestinedFrames,
        _ => NotProcessableFrames,
    };

    internal void CountFallback(FallbackReason reason)
    {
        switch (reason)
        {
            case FallbackReason.NotLearned: NotLearnedFrames++; break;
            case FallbackReason.HostDestined: HostDestinedFrames++; break;
            default: NotProcessableFrames++; break;
        }
    }
}
