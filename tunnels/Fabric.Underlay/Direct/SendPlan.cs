using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>
/// Sorts one batch into groups. Frames of one path (destination and ports) stay in their order, since a group is only ever appended to
/// while it is the newest of its path; frames of different paths need no order. A batch has at most 64 frames, so the newest group is
/// found by looking back.
/// </summary>
internal sealed class SendPlan
{
    /// <summary>UDP_MAX_SEGMENTS of the oldest kernels that segment, and a whole batch.</summary>
    private const int MaxSegments = 64;

    /// <summary>Largest UDP payload over IPv4 is 65,507 bytes.</summary>
    private const int MaxGroupSize = 65_000;

    private readonly OuterDatagram[] _datagrams = new OuterDatagram[FrameBatch.Capacity];
    private readonly int[] _next = new int[FrameBatch.Capacity];
    private readonly SendGroup[] _groups = new SendGroup[FrameBatch.Capacity];
    private int _groupCount;

    public Span<SendGroup> Groups => _groups.AsSpan(0, _groupCount);

    public ref OuterDatagram this[int index] => ref _datagrams[index];

    public int Next(int index) => _next[index];

    public void Clear() => _groupCount = 0;

    /// <summary>Adds the datagram of frame <paramref name="index"/>, already stored in its place.</summary>
    public void Add(int index, bool mayShare)
    {
        ref var datagram = ref _datagrams[index];
        _next[index] = -1;
        if (mayShare)
        {
            for (var g = _groupCount - 1; g >= 0; g--)
            {
                ref var group = ref _groups[g];
                if (!group.Target.SharesPath(datagram.Target)) continue;
                if (group.Target != datagram.Target || !Fits(group, datagram)) break;
                _next[group.Last] = index;
                group.Last = index;
                group.Count++;
                group.TotalSize += datagram.PayloadSize;
                group.IsClosed = datagram.PayloadSize < group.SegmentSize;
                return;
            }
        }

        _groups[_groupCount++] = Single(index);
    }

    /// <summary>Breaks a group up, in its place and order, for a kernel or a checksum that does not segment.</summary>
    public void Split(int group)
    {
        var (first, extra) = (_groups[group].First, _groups[group].Count - 1);
        _groups.AsSpan((group + 1).._groupCount).CopyTo(_groups.AsSpan(group + 1 + extra));
        _groupCount += extra;
        for (var i = first; i >= 0; group++)
        {
            _groups[group] = Single(i);
            (i, _next[i]) = (_next[i], -1);
        }
    }

    private SendGroup Single(int index) => new()
    {
        Target = _datagrams[index].Target,
        First = index,
        Last = index,
        Count = 1,
        SegmentSize = _datagrams[index].PayloadSize,
        TotalSize = _datagrams[index].PayloadSize,
    };

    private static bool Fits(in SendGroup group, in OuterDatagram datagram) =>
        !group.IsClosed && group.Count < MaxSegments && datagram.PayloadSize <= group.SegmentSize && datagram.PayloadSize > 0
        && group.TotalSize + datagram.PayloadSize <= MaxGroupSize;
}
