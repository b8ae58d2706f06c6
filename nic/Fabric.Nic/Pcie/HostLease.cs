namespace Fabric.Nic;

/// <summary>
/// What lets a NIC use its flows. A host that has not heard its NIC for long does without it: it puts changed policies in force and says
/// so. A NIC that merely stood still meanwhile would not know and, when it goes on, forward by policies that are revoked. Therefore a host
/// promises in each envelope until when it will not do without the NIC, and the NIC uses flows before then only.
/// <para>A promise that comes after the last one ended may follow a time in which the host did without the NIC. Whatever it put in force
/// then had been asked of the NIC when the promise was made; so much the NIC must have done first. A promise that came in time follows no
/// such time.</para>
/// <para>Host and card read one clock, as PCIe's precision time measurement gives them.</para>
/// </summary>
internal sealed class HostLease
{
    private long _untilMs;
    private ulong _asked;

    /// <param name="done">The last of the host's requests that was done.</param>
    public bool Holds(ulong done, long nowMs) => nowMs < _untilMs && done >= _asked;

    /// <param name="asked">The last request that the host had for the NIC when it promised.</param>
    public void Renew(long untilMs, ulong asked, long nowMs)
    {
        if (untilMs <= nowMs) return;
        if (nowMs >= _untilMs) _asked = asked;
        _untilMs = Math.Max(_untilMs, untilMs);
    }

    public void Lose() => _untilMs = 0;
}
