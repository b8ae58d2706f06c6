using System.Collections.Concurrent;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// A node's record of marked frames. While nothing is traced, parts ask only <see cref="IsActive"/>. Bounded: at most
/// <see cref="MaxTraces"/> traces of <see cref="MaxSteps"/> steps; one that nobody ended is given up after <see cref="MaxAgeMs"/>.
/// </summary>
public sealed class Tracer(FabricClock clock)
{
    public const int MaxTraces = 64;
    public const int MaxSteps = 4_096;
    public const int MaxAgeMs = 120_000;

    private readonly ConcurrentDictionary<uint, Trace> _traces = new();
    private volatile bool _isActive;

    /// <summary>Is any trace running? Parts look for marks only then.</summary>
    public bool IsActive => _isActive;

    /// <summary>False when too many traces run already.</summary>
    public bool TryBegin(uint traceId)
    {
        foreach (var (id, trace) in _traces)
            if (clock.NowMs - trace.BeganMs > MaxAgeMs) _traces.TryRemove(id, out _);
        if (_traces.Count >= MaxTraces) return false;
        _traces.TryAdd(TraceMark.BaseOf(traceId), new Trace(clock.NowMs, []));
        _isActive = true;
        return true;
    }

    public IReadOnlyList<RecordedStep> Collect(uint traceId, bool end)
    {
        var id = TraceMark.BaseOf(traceId);
        if (!_traces.TryGetValue(id, out var trace)) return [];
        if (end && _traces.TryRemove(id, out _)) _isActive = !_traces.IsEmpty;
        lock (trace.Steps) return [.. trace.Steps];
    }

    /// <summary>Looks for marks in a batch that has just arrived at a part that can first see them.</summary>
    public void Recognise(FrameBatch batch)
    {
        foreach (var frame in batch.Frames) TraceMark.Recognise(frame);
    }

    public void Record(uint traceId, string server, string part, string where, string tier, string what, string detail)
    {
        if (!_traces.TryGetValue(TraceMark.BaseOf(traceId), out var trace)) return;
        var step = new RecordedStep(TraceMark.GenerationOf(traceId), clock.UnixUs, server, part, where, tier, what, detail);
        lock (trace.Steps)
        {
            if (trace.Steps.Count < MaxSteps) trace.Steps.Add(step);
        }
    }

    private sealed record Trace(long BeganMs, List<RecordedStep> Steps);
}
