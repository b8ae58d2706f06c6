using System.Collections.Concurrent;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// A node's record of marked frames. While nothing is traced, parts ask only <see cref="IsActive"/>. Bounded: at most
/// <see cref="MaxTraces"/> traces of <see cref="MaxSteps"/> steps.
/// </summary>
public sealed class Tracer(FabricClock clock)
{
    public const int MaxTraces = 64;
    public const int MaxSteps = 4_096;

    private readonly ConcurrentDictionary<uint, List<RecordedStep>> _traces = new();
    private volatile bool _isActive;

    /// <summary>Is any trace running? Parts look for marks only then.</summary>
    public bool IsActive => _isActive;

    /// <summary>False when too many traces run already.</summary>
    public bool TryBegin(uint traceId)
    {
        if (_traces.Count >= MaxTraces) return false;
        _traces.TryAdd(TraceMark.BaseOf(traceId), []);
        _isActive = true;
        return true;
    }

    public IReadOnlyList<RecordedStep> Collect(uint traceId, bool end)
    {
        var id = TraceMark.BaseOf(traceId);
        if (!_traces.TryGetValue(id, out var steps)) return [];
        if (end && _traces.TryRemove(id, out _)) _isActive = !_traces.IsEmpty;
        lock (steps) return [.. steps];
    }

    /// <summary>Looks for marks in a batch that has just arrived at a part that can first see them.</summary>
    public void Recognise(FrameBatch batch)
    {
        foreach (var frame in batch.Frames) TraceMark.Recognise(frame);
    }

    public void Record(uint traceId, string server, string part, string where, string tier, string what, string detail)
    {
        if (!_traces.TryGetValue(TraceMark.BaseOf(traceId), out var steps)) return;
        var step = new RecordedStep(TraceMark.GenerationOf(traceId), clock.UnixUs, server, part, where, tier, what, detail);
        lock (steps)
        {
            if (steps.Count < MaxSteps) steps.Add(step);
        }
    }
}
