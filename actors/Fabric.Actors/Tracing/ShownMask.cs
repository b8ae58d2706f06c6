using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>
/// What of an exact key a person wants to see: every header field the packet has, and of the metadata only what is not zero. An exact
/// match covers the zeros too, but two dozen of them hide the rest.
/// </summary>
internal static class ShownMask
{
    /// <summary>Skb priority, mark and hash; everything of tunnels and connection tracking.</summary>
    private static readonly FlowField[] Metadata =
        [.. FlowFields.All.Where(f => f.Offset is >= 48 and < 128 or >= 192 and < 256 or >= 272 and < 288)];

    public static FlowMask Of(ref FlowKey key)
    {
        var mask = FlowMask.ForPacket(ref key);
        foreach (var field in Metadata)
            if (field.Read(ref key) == 0) field.Write(ref mask, 0);
        return mask;
    }
}
