namespace Fabric.Nic;

/// <summary>
/// The NIC's end of the PCIe channel. It follows the host's epochs: the first envelope of a later one makes it forget the conversation, and
/// <see cref="Receive"/> says so, for L2 must then be emptied. A NIC that was reset speaks in epoch 0 until the host answers.
/// </summary>
public sealed class PcieNicEnd : PcieChannel
{
    private readonly HostLease _lease = new();
    private bool _isHung;
    private ulong _incarnation;

    /// <param name="incarnation">Greater than that of any earlier NIC in this place; at least 1.</param>
    public PcieNicEnd(PcieOptions options, ulong incarnation)
        : base(options)
    {
        Wire.Invariant.Check(incarnation > 0, "a NIC's lives count from 1");
        _incarnation = incarnation;
        Begin(0);
    }

    /// <summary>The firmware has stopped: no message is taken or sent, until <see cref="Reset"/> or this is taken back.</summary>
    public bool IsHung
    {
        get => _isHung;
        set
        {
            if (_isHung && !value) _lease.Lose();
            _isHung = value;
        }
    }

    /// <summary>The host has received what was sent up to this one.</summary>
    public ulong Acknowledged => AcknowledgedSequence;

    /// <summary>The sequence number of the next message handed to <see cref="Send"/>.</summary>
    public ulong NextAnswer => NextSequence;

    /// <summary>The host's epoch is known.</summary>
    public bool IsConnected => Epoch != 0;

    protected override bool CanSpeak => IsConnected;

    protected override bool IsMute => IsHung;

    protected override ulong Incarnation => _incarnation;

    /// <summary>May a message be made now? Chunked replies wait for it, so that they fill no memory.</summary>
    public bool HasRoom => HasWindowRoom;

    public void Send(PcieMessage message) => Enqueue(message);

    /// <inheritdoc cref="HostLease.Holds"/>
    public bool HoldsLease(ulong done, long nowMs) => _lease.Holds(done, nowMs);

    /// <summary>Takes an envelope of the host; true when it began a new epoch.</summary>
    public bool Receive(PcieEnvelope envelope, long nowMs)
    {
        var isForAnother = envelope.To != 0 && envelope.To != _incarnation;
        if (envelope.Incarnation != 0 || envelope.Epoch < Epoch || envelope.Epoch == 0 || isForAnother)
        {
            Strangers++;
            return false;
        }

        var isNew = envelope.Epoch > Epoch;
        if (isNew)
        {
            Begin(envelope.Epoch);
            _lease.Lose();
        }

        if (IsHung)
        {
            AcceptCredit(envelope);
            return isNew;
        }

        Accept(envelope);
        _lease.Renew(envelope.LeaseUntilMs, envelope.Asked, nowMs);
        return isNew;
    }

    public bool TryTakeRequest(out ulong sequence, out PcieRequest request)
    {
        var delivered = TryDeliver(out sequence, out var message);
        request = (message as PcieRequest)!;
        return delivered && request is not null;
    }

    /// <summary>The NIC loses its memory: the conversation starts over in the next life.</summary>
    public void Reset()
    {
        _incarnation++;
        _isHung = false;
        _lease.Lose();
        Begin(0);
    }
}
