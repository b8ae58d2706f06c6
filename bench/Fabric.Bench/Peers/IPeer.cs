namespace Fabric.Bench;

/// <summary>A running peer. Between its rounds it takes no processor time, so that it does not slow the side it is compared with.</summary>
public interface IPeer : IDisposable
{
    /// <summary>What a reader should know of its rounds; null for nothing.</summary>
    string? Note { get; }

    /// <summary>One round, in the unit of the case.</summary>
    /// <exception cref="PeerException">It did not do the work.</exception>
    double Round();
}
