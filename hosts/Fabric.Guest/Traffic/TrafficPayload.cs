namespace Fabric.Guest;

/// <summary>
/// Start of a generated datagram's payload, 18 bytes so that the smallest Ethernet frame can hold it: magic (2), overlay hash (4), run id
/// (4),
/// flow (4), sequence within the flow (4). A fixed pattern follows.
/// </summary>
internal static class TrafficPayload
{
    public const int HeadSize = 18;
    public const ushort Magic = 0xfab1;
    public const int OverlayAt = 2;
    public const int RunAt = 6;
    public const int FlowAt = 10;
    public const int SequenceAt = 14;

    /// <summary>Flow and sequence together.</summary>
    public const int NumbersSize = 8;

    /// <summary>What follows the head in a payload of <paramref name="payloadSize"/> bytes.</summary>
    public static byte[] Filler(int payloadSize)
    {
        var filler = new byte[payloadSize - HeadSize];
        for (var i = 0; i < filler.Length; i++) filler[i] = (byte)(i * 7 + 1);
        return filler;
    }
}
