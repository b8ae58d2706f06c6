namespace Fabric.Guest;

/// <summary>What became of a received frame; every frame gets exactly one (property G1).</summary>
internal enum Verdict : byte
{
    Consumed,

    /// <summary>A fragment whose datagram is not complete: counted as queued until that datagram is judged.</summary>
    Held,
    NotMine,
    Unwanted,
}
