using Fabric.Wire;

namespace Fabric.Guest.Tests;

/// <summary>A hub that floods every frame to all other guests, with a virtual clock and a hook that may change or drop frames.</summary>
internal sealed class Lan
{
    private readonly List<GuestStack> _guests = [];

    public FramePool Pool { get; } = new(8192);

    public long NowUs { get; private set; } = 1_000_000;

    /// <summary>Latency of one crossing, µs.</summary>
    public long LatencyUs { get; set; } = 10;

    /// <summary>Sees each frame once; false drops it.</summary>
    public Func<Frame, bool> Filter { get; set; } = _ => true;

    public List<byte[]> Seen { get; } = [];

    public bool Records { get; set; } = true;

    public GuestStack Add(int number, string overlay = "blue", Func<GuestOptions, GuestOptions>? change = null)
    {
        var options = new GuestOptions
        {
            Name = $"vm-{number}",
            Mac = new MacAddress(0x0200_0000_0000UL | (uint)number),
            Ipv4 = new Ipv4Address(0x0a01_0000u | (uint)number),
            Ipv6 = [new GuestIpv6(new Ipv6Address(0xfd00_0006_0000_0000, (uint)number))],
            OverlayName = overlay,
            Seed = (uint)number,
        };
        var guest = new GuestStack(change is null ? options : change(options), Pool);
        _guests.Add(guest);
        return guest;
    }

    /// <summary>Passes <paramref name="durationUs"/> of time, carrying frames until all is quiet at each step.</summary>
    public void Run(long durationUs, long stepUs = 1000)
    {
        var end = NowUs + durationUs;
        while (NowUs < end)
        {
            Exchange();
            NowUs = Math.Min(end, NowUs + stepUs);
            foreach (var guest in _guests) guest.Tick(NowUs);
        }

        Exchange();
    }

    public void Exchange()
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var sender in _guests)
            {
                while (sender.TryTakeOutput(out var batch))
                {
                    moved = true;
                    NowUs += LatencyUs;
                    Flood(sender, batch);
                }
            }
        }
    }

    public void CheckAccounts()
    {
        foreach (var guest in _guests) Assert.Equal(0, guest.Account.Imbalance(guest.QueuedFrames));
    }

    public static IpAddress V4(GuestStack guest) => guest.Options.Ipv4!.Value;

    public static IpAddress V6(GuestStack guest) => guest.Options.Ipv6[0].Address;

    private void Flood(GuestStack sender, FrameBatch batch)
    {
        foreach (var receiver in _guests)
        {
            if (receiver == sender) continue;
            var copies = Pool.RentBatch();
            foreach (var frame in batch.Frames)
            {
                Assert.True(Pool.TryCopy(frame, out var copy));
                if (Filter(copy)) copies.Add(copy);
                else Pool.Return(copy);
            }

            receiver.Receive(copies, NowUs);
        }

        if (Records)
        {
            foreach (var frame in batch.Frames) Seen.Add(frame.Bytes.ToArray());
        }

        Pool.ReturnWithFrames(batch);
        CheckAccounts();
    }
}
