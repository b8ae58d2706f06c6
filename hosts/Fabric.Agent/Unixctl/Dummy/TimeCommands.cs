namespace Fabric.Agent;

/// <summary>
/// Time in the hands of a test: <c>time/stop</c> and <c>time/warp</c> (OVS: <c>lib/timeval.c</c>). Only a daemon with
/// <c>--enable-dummy</c> has them.
/// </summary>
public static class TimeCommands
{
    public static void Add(UnixctlRegistry registry, IWarpedTime time)
    {
        registry.Add("time/stop", "", 0, 0, _ =>
        {
            time.Stop();
            return UnixctlReply.Done;
        });
        registry.Add("time/warp", "[large_msecs] msecs", 1, 2, call => Warp(time, call));
    }

    private static UnixctlReply Warp(IWarpedTime time, UnixctlCall call)
    {
        var stepMs = ScanText.Atoi(call[call.Count - 1]);
        var totalMs = call.Count > 1 ? ScanText.Atoi(call[0]) : stepMs;
        if (stepMs <= 0 || totalMs < 0) return UnixctlReply.Fail("invalid MSECS");
        if (time.IsWarping) return UnixctlReply.Fail("A previous warp in progress");
        // As there, no time at all in steps is one step.
        time.Warp(totalMs == 0 ? stepMs : totalMs, stepMs);
        return UnixctlReply.Ok("warped") with { When = ReplyMoment.AfterWarp };
    }
}
