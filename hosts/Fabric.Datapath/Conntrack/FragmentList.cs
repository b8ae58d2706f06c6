using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>The fragments of one packet that have come so far (OVS: <c>struct ipf_list</c>).</summary>
internal sealed class FragmentList(FragmentKey key, long expiresMs)
{
    private readonly List<Fragment> _fragments = [];
    private int _sent;

    /// <summary>Offsets are in the packet's payload, the last one included.</summary>
    public readonly record struct Fragment(Frame Frame, TrackedPacket Packet, ushort Start, ushort End);

    public FragmentKey Key { get; } = key;

    public long ExpiresMs { get; } = expiresMs;

    public bool HasFirst { get; private set; }

    public bool HasLast { get; private set; }

    /// <summary>All are there and the packet has been tracked; or they will never make a packet.</summary>
    public bool IsClosed { get; set; }

    public IReadOnlyList<Fragment> Fragments => _fragments;

    public int HeldCount => _fragments.Count - _sent;

    /// <summary>
    /// Does it begin or end within another? One that encloses another passes this test, as in OVS, and spoils the sequence.
    /// </summary>
    public bool Overlaps(ushort start, ushort end)
    {
        foreach (var other in _fragments)
            if ((start >= other.Start && start <= other.End) || (end >= other.Start && end <= other.End)) return true;
        return false;
    }

    public void Add(in Fragment fragment, bool isFirst, bool isLast)
    {
        _fragments.Add(fragment);
        // A first fragment is only looked for until it is seen, and so is the last (OVS: ipf_list_state_transition).
        if (isFirst) HasFirst = true;
        else if (isLast) HasLast = true;
    }

    /// <summary>With both ends seen: puts them in order, and says whether none is missing between.</summary>
    public bool IsComplete()
    {
        if (!HasFirst || !HasLast) return false;
        // Insertion sort: they come in order or nearly so.
        for (var i = 1; i < _fragments.Count; i++)
        {
            var fragment = _fragments[i];
            var at = i - 1;
            for (; at >= 0 && _fragments[at].Start > fragment.Start; at--) _fragments[at + 1] = _fragments[at];
            _fragments[at + 1] = fragment;
        }

        for (var i = 1; i < _fragments.Count; i++)
            if (_fragments[i - 1].End + 1 != _fragments[i].Start) return false;
        return true;
    }

    public Frame TakeNext() => _fragments[_sent++].Frame;
}
