using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>A device for tests: what was sent by it is counted and, if asked for, kept in a file.</summary>
internal sealed class DummyDevice(Device device, string type) : IDisposable
{
    private (string? Received, string? Sent) _names;
    private PcapFile? _received;
    private PcapFile? _sent;

    public Device Device { get; } = device;

    /// <summary>OVS's netdev type, such as <c>dummy-internal</c>.</summary>
    public string Type { get; } = type;

    public bool IsUp { get; set; } = true;

    public long RxPackets { get; private set; }
    public long RxBytes { get; private set; }
    public long TxPackets { get; private set; }
    public long TxBytes { get; private set; }

    /// <summary>Options <c>pcap</c>, <c>rxq_pcap</c> and <c>tx_pcap</c> of the interface; files are appended to.</summary>
    public void Configure(IReadOnlyDictionary<string, string> options)
    {
        var both = options.GetValueOrDefault("pcap");
        var names = (both ?? options.GetValueOrDefault("rxq_pcap"), both ?? options.GetValueOrDefault("tx_pcap"));
        if (names == _names) return;
        Dispose();
        _names = names;
        _received = names.Item1 is { } received ? PcapFile.Open(received) : null;
        _sent = names.Item2 is { } sent ? sent == names.Item1 ? _received : PcapFile.Open(sent) : null;
    }

    /// <summary>It was closed; the next who opens it finds a new one.</summary>
    public void Forget() => (IsUp, RxPackets, RxBytes, TxPackets, TxBytes) = (true, 0, 0, 0, 0);

    public void Received(ReadOnlySpan<byte> frame, long unixUs)
    {
        RxPackets++;
        RxBytes += frame.Length;
        _received?.Write(frame, unixUs);
    }

    public void Sent(ReadOnlySpan<byte> frame, long unixUs)
    {
        TxPackets++;
        TxBytes += frame.Length;
        _sent?.Write(frame, unixUs);
    }

    public void Dispose()
    {
        _received?.Dispose();
        _sent?.Dispose();
    }
}
