using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// Who has which MAC, for IPv4 and IPv6 alike. An unknown address is asked for up to three times, a second apart, while its frames wait in
/// a
/// bounded queue; without an answer they drop as <see cref="DropReason.GuestUnresolved"/>. A known one ages as in RFC 4861 section 7.3:
/// reachable for 30 s, then stale; used while stale it is asked again, by unicast, after 5 s, and forgotten when it stays silent.
/// </summary>
internal sealed class NeighbourCache(GuestCore core)
{
    public const long ProbeIntervalUs = 1_000_000;
    public const int MaxProbes = 3;
    public const long ReachableUs = 30_000_000;
    public const long DelayUs = 5_000_000;

    private readonly Dictionary<IpAddress, Neighbour> _neighbours = [];
    private readonly List<Neighbour> _timed = [];
    private int _pending;

    /// <summary>Asks for the neighbour: by broadcast or solicited-node multicast when the MAC is null.</summary>
    public required Action<IpAddress, MacAddress?> Solicit { get; init; }

    /// <summary>Address and time taken, µs; -1 when it did not answer.</summary>
    public required Action<IpAddress, long> Resolved { get; init; }

    public int PendingFrames => _pending;

    public IEnumerable<GuestNeighbour> All => _neighbours.Values.Select(n => new GuestNeighbour(n.Address, n.Mac, n.State));

    public bool IsKnown(IpAddress address) => _neighbours.TryGetValue(address, out var n) && n.State != NeighbourState.Incomplete;

    /// <summary>Sends the frame, whose header lacks only the destination MAC, now or when the address is resolved.</summary>
    public void Send(Frame frame, IpAddress nextHop)
    {
        if (!_neighbours.TryGetValue(nextHop, out var neighbour) && !TryStart(nextHop, out neighbour))
        {
            core.Drop(frame, DropReason.GuestUnresolved);
            return;
        }

        neighbour!.UsedUs = core.NowUs;
        if (neighbour.State == NeighbourState.Incomplete)
        {
            if (neighbour.Pending.Count >= core.Options.PendingFramesPerNeighbour)
            {
                core.Drop(frame, DropReason.GuestUnresolved);
                return;
            }

            neighbour.Pending.Add(frame);
            _pending++;
            return;
        }

        if (neighbour.State == NeighbourState.Reachable && core.NowUs - neighbour.ConfirmedUs >= ReachableUs)
            neighbour.State = NeighbourState.Stale;
        if (neighbour.State == NeighbourState.Stale) Schedule(neighbour, NeighbourState.Delay, DelayUs);
        neighbour.Mac.Write(frame.Bytes);
        core.Output(frame);
    }

    /// <summary>The neighbour answered us.</summary>
    public void Confirm(IpAddress address, MacAddress mac)
    {
        if (!_neighbours.TryGetValue(address, out var neighbour)) return;
        var wasIncomplete = neighbour.State == NeighbourState.Incomplete;
        SetMac(neighbour, mac, NeighbourState.Reachable);
        if (wasIncomplete) Flush(neighbour);
    }

    /// <summary>The neighbour told its MAC unasked; <paramref name="create"/> when it will want an answer from us.</summary>
    public void Learn(IpAddress address, MacAddress mac, bool create)
    {
        if (!_neighbours.TryGetValue(address, out var neighbour))
        {
            if (!create || !TryMakeRoom()) return;
            neighbour = new Neighbour(address) { UsedUs = core.NowUs };
            _neighbours.Add(address, neighbour);
            SetMac(neighbour, mac, NeighbourState.Stale);
            return;
        }

        var wasIncomplete = neighbour.State == NeighbourState.Incomplete;
        if (!wasIncomplete && neighbour.Mac == mac) return;
        SetMac(neighbour, mac, NeighbourState.Stale);
        if (wasIncomplete) Flush(neighbour);
    }

    public void Tick()
    {
        for (var i = _timed.Count - 1; i >= 0; i--)
        {
            var neighbour = _timed[i];
            if (!neighbour.IsTimed)
            {
                _timed.RemoveAt(i);
                continue;
            }

            if (core.NowUs < neighbour.DueUs) continue;
            if (neighbour.State == NeighbourState.Delay)
            {
                neighbour.State = NeighbourState.Probe;
                neighbour.Probes = 0;
            }

            if (neighbour.Probes < MaxProbes)
            {
                Probe(neighbour);
                continue;
            }

            _timed.RemoveAt(i);
            Forget(neighbour, DropReason.GuestUnresolved);
            core.Counters.ResolutionsFailed++;
            Resolved(neighbour.Address, -1);
        }
    }

    public long NextDueUs()
    {
        var due = long.MaxValue;
        foreach (var neighbour in _timed)
        {
            if (neighbour.IsTimed) due = Math.Min(due, neighbour.DueUs);
        }

        return due;
    }

    public void Clear()
    {
        foreach (var neighbour in _neighbours.Values.ToArray()) Forget(neighbour, DropReason.PartStopped);
        _timed.Clear();
    }

    private bool TryStart(IpAddress address, out Neighbour? neighbour)
    {
        neighbour = null;
        if (!TryMakeRoom()) return false;
        neighbour = new Neighbour(address) { StartedUs = core.NowUs, UsedUs = core.NowUs };
        _neighbours.Add(address, neighbour);
        core.Counters.ResolutionsStarted++;
        Schedule(neighbour, NeighbourState.Incomplete, 0);
        Probe(neighbour);
        return true;
    }

    private void Probe(Neighbour neighbour)
    {
        neighbour.Probes++;
        neighbour.DueUs = core.NowUs + ProbeIntervalUs;
        Solicit(neighbour.Address, neighbour.State == NeighbourState.Incomplete ? null : neighbour.Mac);
    }

    private void Schedule(Neighbour neighbour, NeighbourState state, long afterUs)
    {
        neighbour.State = state;
        neighbour.Probes = 0;
        neighbour.DueUs = core.NowUs + afterUs;
        if (!_timed.Contains(neighbour)) _timed.Add(neighbour);
    }

    private void SetMac(Neighbour neighbour, MacAddress mac, NeighbourState state)
    {
        neighbour.Mac = mac;
        neighbour.State = state;
        neighbour.ConfirmedUs = core.NowUs;
    }

    private void Flush(Neighbour neighbour)
    {
        Resolved(neighbour.Address, core.NowUs - neighbour.StartedUs);
        _pending -= neighbour.Pending.Count;
        foreach (var frame in neighbour.Pending)
        {
            neighbour.Mac.Write(frame.Bytes);
            core.Output(frame);
        }

        neighbour.Pending.Clear();
    }

    private bool TryMakeRoom()
    {
        if (_neighbours.Count < core.Options.NeighbourCapacity) return true;
        Neighbour? oldest = null;
        foreach (var neighbour in _neighbours.Values)
        {
            if (neighbour.State != NeighbourState.Incomplete && (oldest is null || neighbour.UsedUs < oldest.UsedUs)) oldest = neighbour;
        }

        if (oldest is null) return false;
        _timed.Remove(oldest);
        Forget(oldest, DropReason.GuestUnresolved);
        return true;
    }

    private void Forget(Neighbour neighbour, DropReason reason)
    {
        _neighbours.Remove(neighbour.Address);
        _pending -= neighbour.Pending.Count;
        foreach (var frame in neighbour.Pending) core.Drop(frame, reason);
        neighbour.Pending.Clear();
    }
}
