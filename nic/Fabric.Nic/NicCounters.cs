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
    public long DivertedFrames;

    /// <summary>Control messages refused because they name a flow, a port that the NIC does not have.</summary>
    public long UnknownFlows;
    public long UnknownPorts;

    public long Resets;

    public long Fallback(FallbackReason reason) => reason switch
    {
        FallbackReason.NotLearned => NotLearnedFrames,
        FallbackReason.HostDestined => HostDestinedFrames,
        FallbackReason.Diverted => DivertedFrames,
        _ => NotProcessableFrames,
    };

    internal void CountFallback(FallbackReason reason)
    {
        switch (reason)
        {
            case FallbackReason.NotLearned: NotLearnedFrames++; break;
            case FallbackReason.HostDestined: HostDestinedFrames++; break;
            case FallbackReason.Diverted: DivertedFrames++; break;
            default: NotProcessableFrames++; break;
        }
    }
}
