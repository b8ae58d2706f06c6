namespace Fabric.Nic;

/// <summary>
/// What crosses the PCIe channel: messages that follow each other without a gap, as they were there to be sent, and always the sender's
/// view of what it has received. One for many flows costs what one for one flow does.
/// </summary>
/// <param name="Epoch">Numbers the conversation; chosen by the host, growing. 0 from a NIC that has heard of none yet.</param>
/// <param name="Incarnation">The NIC's life, growing; 0 from the host.</param>
/// <param name="Sequence">Of the first message, from 1 in each epoch and direction; 0 without a message.</param>
/// <param name="Messages">At most <see cref="PcieOptions.EnvelopeMessages"/>; nobody changes the array.</param>
/// <param name="Acknowledged">Highest sequence number up to which everything was received.</param>
/// <param name="FramesTaken">Frames taken out of the sender's receive ring in this epoch: cumulative, so a lost envelope loses no
/// credit.</param>
public sealed record PcieEnvelope(
    ulong Epoch, ulong Incarnation, ulong Sequence, PcieMessage[] Messages, ulong Acknowledged, long FramesTaken)
{
    /// <summary>Sequence number of the last message that the sender has for the peer, sent already or not.</summary>
    public ulong Asked { get; init; }

    /// <summary>The NIC's life that the host speaks to; 0 before it has heard one, and from the NIC.</summary>
    public ulong To { get; init; }

    /// <summary>Before then the host does nothing without the NIC that needs it (<see cref="HostLease"/>); 0 promises nothing.</summary>
    public long LeaseUntilMs { get; init; }

    /// <summary>Only <see cref="FramesTaken"/> counts: the rings of a card go on when its firmware says nothing any more.</summary>
    public bool IsCreditOnly { get; init; }
}
