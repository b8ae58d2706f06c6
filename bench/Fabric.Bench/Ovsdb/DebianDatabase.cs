using System.Diagnostics;

namespace Fabric.Bench.Ovsdb;

/// <summary>Debian's ovsdb-server under the same load.</summary>
internal sealed class DebianDatabase : IPeer
{
    private readonly Process _server;
    private readonly OvsdbLoad _load;
    private readonly Func<OvsdbLoad, double> _measure;

    private DebianDatabase(string folder, Func<OvsdbLoad, double> measure)
    {
        _measure = measure;
        _server = OvsdbPeers.StartDebian(folder);
        _load = new OvsdbLoad(OvsdbPeers.SocketOf(folder));
    }

    public string? Note => null;

    public static PeerSource Peer(string folder, Func<OvsdbLoad, double> measure) => new(
        "ovsdb-server", Installed.WhyMissing("openvswitch-switch", "/usr/sbin/ovsdb-server"),
        _ => new DebianDatabase(Path.Combine(folder, "theirs", Guid.NewGuid().ToString("N")[..8]), measure));

    public double Round() => _measure(_load);

    public void Dispose()
    {
        _load.Dispose();
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }
}
