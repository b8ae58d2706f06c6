namespace Fabric.Fuzz.Tests;

/// <summary>
/// One way in for foreign bytes. A new target is a class in <c>Targets/</c> with a constructor without parameters: the runner finds it.
/// </summary>
public interface IFuzzTarget
{
    /// <summary>Most bytes that one input may make it allocate; 0 for the fast path.</summary>
    long MaxAllocatedSize { get; }

    /// <summary>Well-formed inputs to start from. Deterministic.</summary>
    IEnumerable<byte[]> Samples { get; }

    /// <summary>Takes one input. Any exception is a failure, so a target may also assert what must hold.</summary>
    void Run(byte[] input);
}
