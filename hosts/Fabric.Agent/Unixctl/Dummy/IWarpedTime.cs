namespace Fabric.Agent;

/// <summary>A daemon's monotonic time in the hands of a test.</summary>
public interface IWarpedTime
{
    /// <summary>A warp in steps has begun and not ended.</summary>
    bool IsWarping { get; }

    /// <summary>Time stands still from now on, but for warps.</summary>
    void Stop();

    /// <summary>Lets <paramref name="stepMs"/> pass at once, and again until <paramref name="totalMs"/> have passed.</summary>
    void Warp(long totalMs, long stepMs);
}
