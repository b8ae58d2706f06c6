namespace Fabric.Guest;

/// <summary>Counts probes of other overlays by their run, so that whoever started a run can ask whether it leaked. Bounded.</summary>
internal sealed class ForeignRuns
{
    private const int Capacity = 1_024;

    private readonly Dictionary<uint, long> _frames = [];
    private readonly Queue<uint> _order = new();

    public long Count(uint runId) => _frames.GetValueOrDefault(runId);

    public void Add(uint runId)
    {
        if (_frames.TryGetValue(runId, out var frames))
        {
            _frames[runId] = frames + 1;
            return;
        }

        if (_order.Count == Capacity) _frames.Remove(_order.Dequeue());
        _order.Enqueue(runId);
        _frames.Add(runId, 1);
    }
}
