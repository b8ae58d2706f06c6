using Fabric.Datapath;

namespace Fabric.Actors;

/// <summary>
/// Upcalls on their way to the agent and, empty, back: the kernel datapath has a fixed number of these, so at most that many upcalls wait
/// in the agent's mailbox, and the rest in the kernel's fair queue.
/// </summary>
public sealed class UpcallBatch
{
    /// <summary>OVS's upcall batch (<c>UPCALL_MAX_BATCH</c>).</summary>
    public const int Capacity = 64;

    private readonly Upcall[] _upcalls = new Upcall[Capacity];

    public int Count { get; set; }

    public Span<Upcall> Room => _upcalls;

    public Span<Upcall> Upcalls => _upcalls.AsSpan(0, Count);

    /// <summary>Returns the frames that nobody has taken out of it, and says how many they were.</summary>
    public int DropFrames()
    {
        var dropped = 0;
        foreach (ref var upcall in Upcalls)
        {
            if (upcall.Frame is not { } frame) continue;
            upcall.Frame = null!;
            frame.Pool.Return(frame);
            dropped++;
        }

        Count = 0;
        return dropped;
    }
}
