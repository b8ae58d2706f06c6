using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>All running pings of a guest: sends what is due, matches answers by identifier and sequence.</summary>
internal sealed class Pinger(GuestCore core)
{
    private readonly List<PingRun> _running = [];
    private ushort _nextIdentifier = (ushort)(core.Options.Seed * 40503);

    public required Action<PingProbe> SendProbe { get; init; }

    /// <summary>Next hop towards a destination; null without a route.</summary>
    public required Func<IpAddress, IpAddress?> Route { get; init; }

    public required Func<IpAddress, bool> IsNeighbourKnown { get; init; }

    public PingRun Start(IpAddress destination, PingOptions options)
    {
        var identifier = _nextIdentifier++;
        var runId = options.RunId != 0 ? options.RunId : (core.Options.Seed << 16 | identifier) ^ 0x5eed_0000;
        var run = new PingRun(destination, options, identifier, runId, core.NowUs);
        _running.Add(run);
        Advance(run);
        return run;
    }

    public void Stop(PingRun run) => _running.Remove(run);

    public void Tick()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            Advance(_running[i]);
            if (_running[i].IsDone) _running.RemoveAt(i);
        }
    }

    public long NextDueUs()
    {
        var due = long.MaxValue;
        foreach (var run in _running)
        {
            due = Math.Min(due, run.NextSendUs);
            if (!IsResolving(run)) due = Math.Min(due, run.NextTimeoutUs);
        }

        return due;
    }

    public Verdict Receive(IpAddress source, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload)
    {
        if (ProbePayload.IsForeign(payload, core)) return Verdict.Unwanted;
        var run = Find(source, identifier);
        if (run is null || sequence == 0 || sequence > run.Sent) return Verdict.Unwanted;
        core.Counters.EchoReplies++;
        var isIntact = payload.Length == run.Options.PayloadSize && ProbePayload.IsIntact(payload, core.OverlayHash, run.RunId, sequence);
        run.OnReply(sequence - 1, payload.Length, isIntact, core.NowUs);
        return Verdict.Consumed;
    }

    public void Unreachable(IpAddress destination, ushort identifier, ushort sequence)
    {
        var run = Find(destination, identifier);
        if (run is not null && sequence > 0 && sequence <= run.Sent) run.Fail(sequence - 1, PingError.Unreachable);
    }

    /// <param name="tookUs">-1 when the neighbour did not answer.</param>
    public void OnResolved(IpAddress nextHop, long tookUs)
    {
        foreach (var run in _running)
        {
            if (run.NextHop != nextHop) continue;
            if (tookUs < 0) run.FailWaiting(PingError.Unresolved);
            else run.OnResolved(core.NowUs, tookUs);
        }
    }

    private void Advance(PingRun run)
    {
        // While the next hop is being resolved its verdict, not the echo's time-out, ends the wait; both are bounded.
        if (!IsResolving(run)) run.Advance(core.NowUs);
        while (run.IsSendDue(core.NowUs))
        {
            var sequence = run.BeginSend(core.NowUs);
            if (Route(run.Destination) is not { } nextHop)
            {
                run.Fail(sequence - 1, PingError.NoRoute);
                continue;
            }

            run.NextHop = nextHop;
            SendProbe(new PingProbe(run.Destination, run.Identifier, sequence, run.Options.PayloadSize, run.RunId, core.OverlayHash));
        }
    }

    private bool IsResolving(PingRun run) => run.NextHop != default && !core.Owns(run.Destination) && !IsNeighbourKnown(run.NextHop);

    private PingRun? Find(IpAddress address, ushort identifier)
    {
        foreach (var run in _running)
        {
            if (run.Identifier == identifier && (run.Destination == address || run.Destination.IsMulticast)) return run;
        }

        return null;
    }
}
