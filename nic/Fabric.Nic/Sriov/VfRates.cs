using System.Diagnostics.CodeAnalysis;
using Fabric.Datapath;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// Keeps what VFs send to their rates. Each VF with a greatest rate has a token bucket. As soon as one has a least rate, all share the
/// physical port's rate: within its least rate a VF goes first, what is left is taken in turn. Frames that may not go yet wait in their
/// VF's ring, and a frame that finds the ring full is the caller's to drop.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>V1: in any span of time a VF sends at most its greatest rate times the span, plus the burst, plus one frame.</item>
/// <item>V2: a VF with frames waiting gets its least rate, as long as the least rates together fit the port.</item>
/// <item>V3: frames of one VF leave in order; each leaves, waits, or was refused.</item>
/// <item>V4: nothing is allocated per frame.</item>
/// </list>
/// <para>Not modelled: weights between VFs (a card shares what is left by least rates; here it is shared evenly).</para>
/// </summary>
internal sealed class VfRates(long portBps)
{
    /// <summary>Frames that one VF may send before the next has its turn.</summary>
    private const int Quantum = 8;

    private readonly List<VirtualFunction> _functions = [];
    private TokenBucket _port;
    private bool _isShared;
    private int _turn;
    private int _served;

    /// <summary>Frames that wait.</summary>
    public int WaitingCount { get; private set; }

    /// <summary>When a waiting frame may go; null while none waits.</summary>
    public long? NextReleaseMs(long nowMs)
    {
        if (WaitingCount == 0) return null;
        _port.Fill(nowMs);
        var soonest = long.MaxValue;
        foreach (var function in _functions)
        {
            var rate = function.Rate!;
            if (rate.Count == 0) continue;
            rate.Fill(nowMs);
            var share = _isShared ? Math.Min(_port.WaitMs, rate.GuaranteedInMs) : 0;
            soonest = Math.Min(soonest, Math.Max(rate.AllowedInMs, share));
        }

        return nowMs + soonest;
    }

    /// <summary>Sets who is limited. A VF whose rates are as before keeps its tokens and frames; of the others, frames that waited are
    /// handed to <paramref name="release"/> in order.</summary>
    public void Configure(IEnumerable<VirtualFunction> functions, long nowMs, Action<VirtualFunction, Frame> release)
    {
        var all = functions.ToList();
        var isShared = all.Any(function => function.Settings.MinRateBps > 0);
        if (isShared && !_isShared) _port = new TokenBucket(portBps, VfRate.Burst(portBps), nowMs);
        _isShared = isShared;
        _functions.Clear();
        foreach (var function in all)
        {
            var (min, max, old) = (function.Settings.MinRateBps, function.Settings.MaxRateBps, function.Rate);
            var isLimited = isShared || max > 0;
            if (isLimited) _functions.Add(function);
            if (isLimited && old is not null && (old.MinBps, old.MaxBps) == (min, max)) continue;
            function.Rate = isLimited ? new VfRate(min, max, nowMs) : null;
            while (old is { Count: > 0 })
            {
                WaitingCount--;
                var frame = old.Dequeue();
                if (function.Rate is { } rate && rate.TryEnqueue(frame)) WaitingCount++;
                else release(function, frame);
            }
        }
    }

    /// <summary>Pass: it may go now. Queue: it waits here. Drop: it finds no place, and stays the caller's.</summary>
    public ShaperVerdict Offer(VirtualFunction function, Frame frame, long nowMs)
    {
        var rate = function.Rate!;
        if (rate.Count == 0)
        {
            rate.Fill(nowMs);
            // Who comes just when the port has room must not overtake those that wait for it.
            if (rate.IsAllowed && (!_isShared || rate.IsGuaranteed || (WaitingCount == 0 && HasPortRoom(nowMs))))
            {
                Send(rate, frame);
                return ShaperVerdict.Pass;
            }
        }

        if (!rate.TryEnqueue(frame)) return ShaperVerdict.Drop;
        WaitingCount++;
        return ShaperVerdict.Queue;
    }

    /// <summary>A frame that may go now, with its VF; call until false.</summary>
    public bool TryRelease(long nowMs, [NotNullWhen(true)] out VirtualFunction? function, [NotNullWhen(true)] out Frame? frame)
    {
        (function, frame) = (null, null);
        if (WaitingCount == 0) return false;
        if (_isShared) _port.Fill(nowMs);
        foreach (var candidate in _functions)
        {
            var rate = candidate.Rate!;
            if (rate.Count == 0) continue;
            rate.Fill(nowMs);
            if (rate.IsAllowed && rate.IsGuaranteed) return Release(function = candidate, out frame);
        }

        if (_isShared && !_port.HasTokens) return false;
        if (_served >= Quantum) PassTurn();
        for (var i = 0; i < _functions.Count; i++)
        {
            var candidate = _functions[_turn % _functions.Count];
            if (candidate.Rate is { Count: > 0, IsAllowed: true })
            {
                _served++;
                return Release(function = candidate, out frame);
            }

            PassTurn();
        }

        return false;
    }

    /// <summary>A waiting frame of this VF, whatever the rates say: for when its link goes.</summary>
    public bool TryEvict(VirtualFunction function, [NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (function.Rate is not { Count: > 0 } rate) return false;
        WaitingCount--;
        frame = rate.Dequeue();
        return true;
    }

    private bool Release(VirtualFunction function, out Frame frame)
    {
        frame = function.Rate!.Dequeue();
        WaitingCount--;
        Send(function.Rate, frame);
        return true;
    }

    private void PassTurn() => (_turn, _served) = ((_turn + 1) % _functions.Count, 0);

    private bool HasPortRoom(long nowMs)
    {
        _port.Fill(nowMs);
        return _port.HasTokens;
    }

    private void Send(VfRate rate, Frame frame)
    {
        var bits = frame.Length * 8L;
        rate.Take(bits);
        if (_isShared) _port.Take(bits);
    }
}
