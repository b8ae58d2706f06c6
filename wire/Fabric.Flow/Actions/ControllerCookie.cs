namespace Fabric.Flow;

/// <summary>
/// What <c>userspace(…,controller(…))</c> carries beside the rule's cookie, which is <see cref="UserspaceAction.Cookie"/>.
/// </summary>
/// <param name="Reason">OpenFlow's packet-in reason; 1 is "an action said so".</param>
public sealed record ControllerCookie(
    ushort Reason = 1, bool DontSend = false, bool Continuation = false, uint RecircId = 0, ushort ControllerId = 0,
    ushort MaxLength = ushort.MaxValue)
{
    public static ControllerCookie Default { get; } = new();
}
