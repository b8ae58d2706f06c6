using Fabric.Agent;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The datapaths that <c>dpctl/add-dp</c> made, by their whole names.</summary>
internal sealed class SideDatapaths(StandaloneSwitch made, FramePool pool, FabricClock clock) : IDatapathSet, IDisposable
{
    private const string Exists = "File exists";
    private const string NoDevice = "No such device";

    private readonly SortedDictionary<string, SideDatapath> _sides = new(StringComparer.Ordinal);

    public IReadOnlyList<DatapathView> Others => [.. _sides.Values.Select(s => s.View(clock.NowMs))];

    public IDatapath? Find(string datapath) => _sides.GetValueOrDefault(datapath)?.Direct;

    public string? Add(string datapath)
    {
        var at = datapath.IndexOf('@', StringComparison.Ordinal);
        if (!made.Host.DatapathTypes.Contains(datapath[..at])) return "Address family not supported by protocol";
        if (_sides.ContainsKey(datapath) || datapath == StandaloneView.NameOf(made)) return Exists;
        _sides.Add(datapath, new SideDatapath(datapath[..at], datapath[(at + 1)..], made.Host, pool, clock));
        return null;
    }

    public string? Remove(string datapath)
    {
        // That of the bridges stays as long as they do.
        if (!_sides.Remove(datapath, out var side)) return datapath == StandaloneView.NameOf(made) ? "Device or resource busy" : NoDevice;
        side.Dispose();
        return null;
    }

    public string? AddPort(string datapath, string device, string type, OdpPort? number, out bool isDevice)
    {
        isDevice = false;
        if (!made.Host.TryOpen(device, type, out var opened, out var error)) return error;
        isDevice = true;
        if (!_sides.TryGetValue(datapath, out var side)) return "Operation not supported";
        return side.AddPort(opened.Name, number);
    }

    public string? RemovePort(string datapath, OdpPort number)
    {
        if (number.Value == 0) return "Invalid argument";
        if (_sides.TryGetValue(datapath, out var side)) return side.RemovePort(number) ? null : NoDevice;
        return made.Datapath.Ports.TryGet(number, out var port) && made.Loop.Lose(port.Name, made, clock.NowMs) ? null : NoDevice;
    }

    public void Renumber(string port, OdpPort number) => made.Loop.Renumber(port, number, made, clock.NowMs);

    /// <summary>A frame that came by a device that is no port of a bridge.</summary>
    public void Receive(DummyDevice device, ReadOnlySpan<byte> frame)
    {
        foreach (var side in _sides.Values)
            if (side.Receive(device, frame)) return;
    }

    public void Dispose()
    {
        foreach (var side in _sides.Values) side.Dispose();
        _sides.Clear();
    }
}
