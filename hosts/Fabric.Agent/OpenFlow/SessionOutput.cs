using System.Diagnostics.CodeAnalysis;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// What a session has to say and the connection has not taken yet. It counts each kind, since each has its own bound: while replies wait
/// no further request is read, packet-ins over their number are dropped, and flow monitors pause.
/// </summary>
internal sealed class SessionOutput
{
    private readonly Queue<(OpenFlowMessage Message, OutputKind Kind, int Size)> _queue = [];
    private readonly int[] _counts = new int[4];
    private RuleStatisticsReply? _taken;
    private int _takenAt;

    public int ReplyCount => _counts[(int)OutputKind.Reply];

    public int PacketInCount => _counts[(int)OutputKind.PacketIn];

    public int MonitorCount => _counts[(int)OutputKind.Monitor];

    /// <summary>Bytes of flow monitors, by estimate.</summary>
    public long MonitorSize { get; private set; }

    public int Count => _queue.Count + (IsInParts ? 1 : 0);

    public void Add(OpenFlowMessage message, OutputKind kind, int size = 0)
    {
        _queue.Enqueue((message, kind, size));
        _counts[(int)kind]++;
        MonitorSize += size;
    }

    /// <summary>A long list is being written part by part.</summary>
    public bool IsInParts => _taken is { IsUnfinished: true };

    /// <summary>The next message; again the last one while parts of it are left to be written.</summary>
    public bool TryTake([NotNullWhen(true)] out OpenFlowMessage? message)
    {
        if (_taken is { IsUnfinished: true, Place.Next: var at } && at > _takenAt)
        {
            (message, _takenAt) = (_taken, at);
            return true;
        }

        (message, _taken, _takenAt) = (null, null, 0);
        if (!_queue.TryDequeue(out var next)) return false;
        _taken = next.Message as RuleStatisticsReply;
        _counts[(int)next.Kind]--;
        MonitorSize -= next.Size;
        message = next.Message;
        return true;
    }
}
