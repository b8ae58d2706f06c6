using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// A datapath that no agent looks after: its flows are what commands put there and stay until they are deleted, and a frame for which there
/// is none has nobody to ask.
/// </summary>
internal sealed class SideDatapath : IKernelOutput, IDisposable
{
    private readonly KernelDatapath _datapath;
    private readonly DummyHost _host;
    private readonly FramePool _pool;
    private readonly FabricClock _clock;
    private readonly Upcall[] _upcalls = new Upcall[64];
    private readonly DatapathView _name;

    public SideDatapath(string type, string name, DummyHost host, FramePool pool, FabricClock clock)
    {
        (_host, _pool, _clock) = (host, pool, clock);
        _datapath = new KernelDatapath(new KernelDatapathOptions { Seed = 2 }, pool, new TunnelTables(), this, hook: null);
        _name = new DatapathView(type, name) { IsUserspace = true };
        Direct = new DirectDatapath(_datapath, () => _clock.NowMs);
    }

    /// <summary>What commands call.</summary>
    public IDatapath Direct { get; }

    public DatapathView View(long nowMs)
    {
        var statistics = _datapath.Statistics;
        return _name with
        {
            Hit = statistics.Hit, Missed = statistics.Missed, Lost = statistics.Lost, FlowCount = statistics.FlowCount,
            Ports =
            [
                new DatapathPortView(new OdpPort(0), _name.Name, "dummy-internal"),
                .. _datapath.Ports.All.OrderBy(p => p.Number.Value).Select(p => StandaloneView.Port(p, _host.Find(p.Name)!)),
            ],
            Conntrack = DatapathViews.Connections(_datapath, nowMs),
            Flows = [.. _datapath.Flows.Select(f => DatapathViews.Flow(_datapath, f, nowMs, isUserspace: true))],
        };
    }

    /// <returns>Errno's words, or null.</returns>
    public string? AddPort(string device, OdpPort? number)
    {
        if (number is { } wanted && !IsFree(wanted)) return "Device or resource busy";
        if (device == _name.Name || _datapath.Ports.TryGet(device, out _)) return "File exists";
        _datapath.AddPort(new DatapathPort(number ?? _host.ChooseNumber(device, IsFree), device, DatapathPortKind.Representor));
        return null;
    }

    public bool RemovePort(OdpPort number)
    {
        if (!_datapath.Ports.TryGet(number, out _)) return false;
        _datapath.RemovePort(number);
        return true;
    }

    /// <summary>False when the device is no port of this datapath.</summary>
    public bool Receive(DummyDevice device, ReadOnlySpan<byte> bytes)
    {
        if (!_datapath.Ports.TryGet(device.Device.Name, out var port)) return false;
        if (!_pool.TryRent(bytes.Length, out var frame)) return true;
        device.Received(bytes, _clock.UnixUs);
        bytes.CopyTo(frame.Bytes);
        frame.Metadata.InPort = port.Number.Value;
        var batch = _pool.RentBatch();
        batch.Add(frame);
        _datapath.Receive(batch, FallbackReason.NotLearned, _clock.NowMs);
        for (var count = _datapath.TakeUpcalls(_upcalls); count > 0; count = _datapath.TakeUpcalls(_upcalls))
            foreach (ref var upcall in _upcalls.AsSpan(0, count)) _pool.Return(upcall.Frame);
        return true;
    }

    public void Dispose() => _datapath.DropQueued();

    void IKernelOutput.Transmit(OdpPort port, Frame frame)
    {
        if (_datapath.Ports.TryGet(port, out var target) && _host.Find(target.Name) is { IsUp: true } device)
            device.Sent(frame.Bytes, _clock.UnixUs);
        _pool.Return(frame);
    }

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
        // Nobody counts on behalf of rules.
    }

    private bool IsFree(OdpPort number) => number.Value != 0 && !_datapath.Ports.TryGet(number, out _);
}
