using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>One port of the NIC: a VF (a vport), a physical port, or a logical tunnel port.</summary>
public sealed class NicPort
{
    private Frame[] _queue = [];
    private int _queueHead;

    internal NicPort(DatapathPort port, MacAddress mac, int room)
    {
        Port = port;
        Mac = mac;
        Room = room;
    }

    /// <summary>Number, name, kind, link state and counters.</summary>
    public DatapathPort Port { get; }

    public MacAddress Mac { get; internal set; }

    public OdpPort Number => Port.Number;

    public DatapathPortKind Kind => Port.Kind;

    /// <summary>The wire, or whoever is behind the VF, is there; false takes the port down whatever the host wants.</summary>
    public bool IsLinked { get; private set; } = true;

    /// <summary>The host wants the port up.</summary>
    public bool IsAdminUp { get; private set; } = true;

    /// <summary>Frames waiting here because the VF's window is full.</summary>
    public int QueuedCount { get; private set; }

    /// <summary>Free places in the VF's window.</summary>
    public int Room { get; internal set; }

    public bool IsCaptured { get; internal set; }

    /// <summary>The VF behind a representor; null while the host has made no VFs.</summary>
    public VirtualFunction? Function { get; internal set; }

    internal VfChecks Checks;

    /// <summary>Frames of the batch being processed that leave by this port.</summary>
    internal FrameBatch? Gathered;
    internal bool IsGathering;

    internal void SetState(bool isLinked, bool isAdminUp)
    {
        (IsLinked, IsAdminUp) = (isLinked, isAdminUp);
        Port.IsUp = isLinked && isAdminUp;
    }

    internal bool TryEnqueue(Frame frame, int limit)
    {
        if (QueuedCount >= limit) return false;
        if (_queue.Length == 0) _queue = new Frame[limit];
        _queue[(_queueHead + QueuedCount++) % _queue.Length] = frame;
        return true;
    }

    internal Frame Dequeue()
    {
        var frame = _queue[_queueHead];
        _queue[_queueHead] = null!;
        _queueHead = (_queueHead + 1) % _queue.Length;
        QueuedCount--;
        return frame;
    }
}
