using System.Net;
using Fabric.Underlay;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>An underlay within the test: a packet arrives at the VTEP that has its destination address, as new bytes, as from a
/// socket.</summary>
internal sealed class MemoryUnderlay(FramePool pool, UnderlayReceiver receiver) : IUnderlay
{
    private readonly Dictionary<Ipv4Address, uint> _byAddress = [];

    public UnderlayCounters Counters { get; } = new();

    /// <summary>Addresses that somebody else has.</summary>
    public HashSet<string> Taken { get; } = [];

    public int Opened { get; private set; }

    public int OpenNow => _byAddress.Count;

    /// <summary>The next send fails as our own bug would.</summary>
    public bool FailsOnce { get; set; }

    public void Open(uint vtep, IPAddress address)
    {
        if (Taken.Contains(address.ToString())) throw new UnderlayAddressException(address, 4789, "another process has it");
        _byAddress.Add(Ipv4Address.Parse(address.ToString()), vtep);
        Opened++;
    }

    public void Close(uint vtep)
    {
        foreach (var (address, number) in _byAddress)
            if (number == vtep) _byAddress.Remove(address);
    }

    public void Send(uint vtep, FrameBatch outer)
    {
        if (FailsOnce)
        {
            FailsOnce = false;
            outer.Pool.ReturnWithFrames(outer);
            throw new InvalidOperationException("a fault that the test injects");
        }

        foreach (var frame in outer.Frames)
        {
            Counters.Sent.In++;
            if (!_byAddress.TryGetValue(Ipv4Address.Read(frame.Bytes[16..]), out var to) || !pool.TryRent(frame.Length, out var copy))
            {
                Counters.Sent.Drops.Add(DropReason.SendFailed);
                continue;
            }

            Counters.Sent.Out++;
            frame.Bytes.CopyTo(copy.Bytes);
            var batch = pool.RentBatch();
            batch.Add(copy);
            receiver(to, batch);
        }

        outer.Pool.ReturnWithFrames(outer);
    }

    public void Dispose() => _byAddress.Clear();
}
