namespace Fabric.OpenFlow.Tests;

/// <summary>A message, and what <c>ovs-ofctl ofp-print</c> says of it whatever the version.</summary>
public sealed record MessageSample(OpenFlowMessage Message, params string[] Printed)
{
    /// <summary>Versions that have the message, from the first of these on.</summary>
    public OpenFlowVersion First { get; init; } = OpenFlowVersion.V10;

    public OpenFlowVersion Last { get; init; } = OpenFlowVersion.V15;

    public IEnumerable<OpenFlowVersion> Versions()
    {
        for (var version = First; version <= Last; version++)
        {
            if (MessageCodec.CanEncode(Message, version)) yield return version;
        }
    }
}
