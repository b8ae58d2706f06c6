using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// Fabric's kernel datapath with the same ports, given the very flows that the real switch has translated: so what is compared is how they
/// are executed, and nothing else.
/// </summary>
internal sealed partial class OwnDatapath : IOwnSide, IKernelOutput
{
    private const long StartMs = 1_000_000;

    private readonly FramePool _pool = new(4096, 10 * 1024);
    private readonly KernelDatapath _kernel;
    private readonly List<(int Port, byte[] Frame)> _sent = [];
    private readonly Upcall[] _upcalls = new Upcall[64];
    private readonly Queue<MeterSettings> _meters;

    /// <param name="meters">In the order in which flows first use them, since the datapath's numbers are the real switch's own.</param>
    public OwnDatapath(params IEnumerable<MeterSettings> meters)
    {
        _meters = new Queue<MeterSettings>(meters);
        _kernel = new KernelDatapath(new KernelDatapathOptions { Seed = 3 }, _pool, new TunnelTables(), this, hook: null);
        for (var i = 1; i <= DrivenSwitch.PortCount; i++)
            _kernel.AddPort(new DatapathPort(new OdpPort((uint)i), $"p{i}", DatapathPortKind.Representor));
        _kernel.AddPort(new DatapathPort(new OdpPort(100), "br0", DatapathPortKind.Local));
    }

    public KernelDatapath Kernel => _kernel;

    public long NowMs { get; private set; } = StartMs;

    public int Misses { get; private set; }

    public string Connections() =>
        string.Join('\n', Kernel.Connections.Dump(NowMs).Select(e => e.ToString(isVerbose: true, withStatistics: true)));

    public void Warp(int ms)
    {
        NowMs += ms;
        _kernel.Connections.Sweep(NowMs);
    }

    /// <summary>Its flows are now those of the real switch.</summary>
    public void Learn(DrivenSwitch stock)
    {
        _kernel.FlowFlush();
        foreach (var line in stock.Flows())
        {
            foreach (Match meter in MeterId().Matches(line))
            {
                var id = uint.Parse(meter.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                if (!_kernel.Meters.TryGet(id, out _) && _meters.TryDequeue(out var settings)) _kernel.SetMeter(id, settings, NowMs);
            }

            var end = line.IndexOf(", packets:", StringComparison.Ordinal);
            var actionsAt = line.IndexOf("actions:", StringComparison.Ordinal) + "actions:".Length;
            Invariant.Check(FlowText.TryParse(line[..end], out var key, out var mask, out var error), $"{line}: {error}");
            Invariant.Check(DatapathActions.TryParse(line[actionsAt..], out var actions, out error), $"{line}: {error}");
            FlowMask.Apply(ref mask, ref key, out var masked);
            _kernel.FlowPut(Ufid.Of(ref masked, ref mask), ref masked, ref mask, actions!, NowMs);
        }
    }

    public void Receive(int port, byte[] bytes)
    {
        Invariant.Check(_pool.TryRent(bytes.Length, out var frame), "the pool has room");
        bytes.CopyTo(frame!.Bytes);
        frame.Metadata.InPort = (uint)port;
        var batch = _pool.RentBatch();
        batch.Add(frame);
        _kernel.Receive(batch, FallbackReason.NotLearned, NowMs);
        for (var count = _kernel.TakeUpcalls(_upcalls); count > 0; count = _kernel.TakeUpcalls(_upcalls))
        {
            foreach (ref var upcall in _upcalls.AsSpan(0, count))
            {
                if (upcall.Reason == UserspaceReason.Miss) Misses++;
                _pool.Return(upcall.Frame);
            }
        }
    }

    public void Forget()
    {
        _kernel.Connections.Flush();
        Misses = 0;
    }

    public IReadOnlyList<(int Port, byte[] Frame)> TakeSent()
    {
        (int, byte[])[] sent = [.. _sent.OrderBy(s => s.Port)];
        _sent.Clear();
        return sent;
    }

    void IKernelOutput.Transmit(OdpPort port, Frame frame)
    {
        _sent.Add(((int)port.Value, frame.Bytes.ToArray()));
        _pool.Return(frame);
    }

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
    }

    [GeneratedRegex(@"meter\((\d+)\)")]
    private static partial Regex MeterId();
}
