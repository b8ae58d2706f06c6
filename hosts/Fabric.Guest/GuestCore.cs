using System.Diagnostics.CodeAnalysis;
using System.Text;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>What all layers of one stack share: identity, clock of this turn, account, and the bounded output queue.</summary>
internal sealed class GuestCore
{
    private readonly Queue<FrameBatch> _full = new();
    private readonly Queue<Frame> _loopback = new();
    private FrameBatch? _filling;
    private int _outputFrames;

    public GuestCore(GuestOptions options, FramePool pool)
    {
        Options = options;
        Pool = pool;
        OverlayHash = HashName(options.OverlayName);
        Ipv6 = [.. options.Ipv6];
        LinkLocal = LinkLocalOf(options.Mac);
    }

    public GuestOptions Options { get; set; }

    public FramePool Pool { get; }

    public FrameAccount Account { get; } = new();

    public GuestCounters Counters { get; } = new();

    public uint OverlayHash { get; }

    public ForeignRuns Foreign { get; } = new();

    /// <summary>The options' list as an array: an enumerator of the interface would allocate per packet.</summary>
    public GuestIpv6[] Ipv6 { get; }

    public Ipv6Address LinkLocal { get; }

    /// <summary>Time of the turn being run, µs.</summary>
    public long NowUs { get; set; }

    /// <summary>Frames waiting to be taken, or to be received by ourselves.</summary>
    public int QueuedFrames => _outputFrames + _loopback.Count;

    /// <summary>FNV-1a; 0 is kept for "no overlay given".</summary>
    public static uint HashName(string name)
    {
        if (name.Length == 0) return 0;
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(name)) hash = (hash ^ octet) * 16777619u;
        return hash == 0 ? 1 : hash;
    }

    public bool Owns(IpAddress address)
    {
        if (address.IsIpv4) return Options.Ipv4 == address.V4;
        if (!Options.HasIpv6) return false;
        if (address.V6 == LinkLocal) return true;
        foreach (var own in Ipv6)
        {
            if (own.Address == address.V6) return true;
        }

        return false;
    }

    /// <summary>A frame made here. A pool that is empty costs the frame, and the account shows it as made and dropped.</summary>
    public bool TryCreate(int length, [NotNullWhen(true)] out Frame? frame)
    {
        Account.Created++;
        if (Pool.TryRent(length, out frame)) return true;
        Account.Drops.Add(DropReason.NoBuffer);
        return false;
    }

    public void Output(Frame frame)
    {
        if (_outputFrames >= Options.OutputQueueFrames)
        {
            Drop(frame, DropReason.VmQueueFull);
            return;
        }

        _outputFrames++;
        _filling ??= Pool.RentBatch();
        _filling.Add(frame);
        if (!_filling.IsFull) return;
        _full.Enqueue(_filling);
        _filling = null;
    }

    /// <summary>A packet to ourselves: received at the end of the turn, so no layer is re-entered.</summary>
    public void LoopBack(Frame frame)
    {
        Options.Mac.Write(frame.Bytes);
        if (_loopback.Count >= Options.OutputQueueFrames) Drop(frame, DropReason.VmQueueFull);
        else _loopback.Enqueue(frame);
    }

    public bool TryTakeLoopback([NotNullWhen(true)] out Frame? frame) => _loopback.TryDequeue(out frame);

    public bool TryTakeOutput([NotNullWhen(true)] out FrameBatch? batch)
    {
        if (!_full.TryDequeue(out batch))
        {
            batch = _filling;
            _filling = null;
        }

        if (batch is null) return false;
        _outputFrames -= batch.Count;
        Account.Out += batch.Count;
        return true;
    }

    public void Drop(Frame frame, DropReason reason)
    {
        Account.Drops.Add(reason);
        Pool.Return(frame);
    }

    public void DropQueued()
    {
        while (_loopback.TryDequeue(out var frame)) Drop(frame, DropReason.PartStopped);
        while (TryTakeOutput(out var batch))
        {
            Account.Out -= batch.Count;
            Account.Drops.Add(DropReason.PartStopped, batch.Count);
            Pool.ReturnWithFrames(batch);
        }
    }

    private static Ipv6Address LinkLocalOf(MacAddress mac)
    {
        var v = mac.Value ^ 0x0200_0000_0000;
        return new Ipv6Address(0xfe80_0000_0000_0000, (v & 0xffff_ff00_0000) << 16 | 0xff_fe00_0000 | v & 0xff_ffff);
    }
}
