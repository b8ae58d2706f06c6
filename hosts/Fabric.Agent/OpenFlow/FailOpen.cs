namespace Fabric.Agent;

/// <summary>
/// A standalone bridge whose controllers are all lost goes on by itself (OVS: <c>ofproto/fail-open.c</c>): after three probe intervals
/// without any (one of silence, one for the probe's answer, one to connect again) its rules go, and a hidden rule above all others says
/// NORMAL. A controller that merely accepts the connection ends nothing: first it must say something that one says to a switch it has
/// let in. Until then it is sent a made-up packet every two seconds, in case no real one would make it speak.
/// </summary>
internal sealed class FailOpen
{
    /// <summary>Above every priority of OpenFlow, which has 16 bits.</summary>
    public const int RulePriority = 0xf0f0f0;

    private const long BogusIntervalMs = 2000;
    private long? _nextBogusMs;

    public bool IsActive { get; private set; }

    /// <summary>True when the bridge goes over to its own control now: flush, then add the hidden rule.</summary>
    /// <param name="failureSeconds">How long no controller has been heard that let us in; 0 while one is.</param>
    /// <param name="maxProbeSeconds">The longest probe interval of the primary controllers.</param>
    public bool Run(int failureSeconds, int maxProbeSeconds)
    {
        if (IsActive || failureSeconds <= 0 || failureSeconds < maxProbeSeconds * 3) return false;
        IsActive = true;
        return true;
    }

    /// <summary>Is it time to send connected controllers a made-up packet?</summary>
    public bool IsBogusPacketDue(bool isAnyConnected, long nowMs)
    {
        if (!IsActive || !isAnyConnected)
        {
            _nextBogusMs = null;
            return false;
        }

        var isDue = nowMs >= _nextBogusMs;
        if (isDue || _nextBogusMs is null) _nextBogusMs = nowMs + BogusIntervalMs;
        return isDue;
    }

    /// <summary>True when a controller is back: the hidden rule goes.</summary>
    public bool Recover()
    {
        var wasActive = IsActive;
        (IsActive, _nextBogusMs) = (false, null);
        return wasActive;
    }
}
