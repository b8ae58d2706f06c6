using System.Net;
using Fabric.Wire;

namespace Fabric.Underlay;

/// <summary>
/// Carries complete outer IP packets between VTEPs. Frames begin at the outer IP header, without Ethernet. A decorator (impairment,
/// capture)
/// implements it around another one, and sits in front of that one's receiver too.
/// </summary>
public interface IUnderlay : IDisposable
{
    /// <summary>Makes <paramref name="vtep"/>, a number the caller chooses, reachable at the address.</summary>
    /// <exception cref="UnderlayAddressException">The address and port cannot be bound; the message is one line for the
    /// operator.</exception>
    void Open(uint vtep, IPAddress address);

    /// <summary>Frames of this VTEP are dropped from now on; unknown numbers are ignored.</summary>
    void Close(uint vtep);

    /// <summary>Sends from the VTEP's own address. Takes ownership of the batch and its frames; callers may be any thread.</summary>
    void Send(uint vtep, FrameBatch outer);

    UnderlayCounters Counters { get; }
}
