namespace Fabric.Interop.Tests.Translation;

/// <param name="Flow">As <c>ofproto/trace br0</c> takes it.</param>
/// <param name="Options">Such as <c>--ct-next</c> with its value.</param>
/// <param name="Difference">Why the answers may differ, and in what: <c>megaflow: reason</c>. Null when they must not.</param>
internal sealed record TracedPacket(string Flow, string[] Options, string? Difference = null);
