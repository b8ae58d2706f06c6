namespace Fabric.Actors;

/// <summary>
/// Frames that a VF has passed on and the NIC may send anew. It is its own message: the VF tells the NIC only when the count leaves zero,
/// so that returning credit allocates nothing.
/// </summary>
public sealed class VfCredit(Flow.OdpPort port)
{
    private int _frames;

    public Flow.OdpPort Port { get; } = port;

    /// <summary>True when the NIC has to be told.</summary>
    public bool Add(int frames) => Interlocked.Add(ref _frames, frames) == frames;

    public int Take() => Interlocked.Exchange(ref _frames, 0);
}
