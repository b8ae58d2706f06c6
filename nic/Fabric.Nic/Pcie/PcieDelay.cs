using System.Diagnostics.CodeAnalysis;

namespace Fabric.Nic;

/// <summary>Envelopes that have been sent and not arrived yet: the channel's latency, kept where they arrive.</summary>
internal sealed class PcieDelay(int latencyMs)
{
    private readonly Queue<(long DueMs, PcieEnvelope Envelope)> _underWay = new();

    /// <summary>When the next one arrives; null when none is under way.</summary>
    public long? NextMs => _underWay.TryPeek(out var next) ? next.DueMs : null;

    public void Add(PcieEnvelope envelope, long nowMs) => _underWay.Enqueue((nowMs + latencyMs, envelope));

    public bool TryTake(long nowMs, [NotNullWhen(true)] out PcieEnvelope? envelope)
    {
        envelope = null;
        if (!_underWay.TryPeek(out var next) || next.DueMs > nowMs) return false;
        envelope = _underWay.Dequeue().Envelope;
        return true;
    }
}
