using Akka.Actor;
using Fabric.Bench.Ovsdb;

namespace Fabric.Bench.Server;

/// <summary>A server with two VMs of one overlay that know each other, with its sockets in a folder of its own.</summary>
internal sealed class OneServer : IDisposable
{
    /// <summary>Of the sink.</summary>
    public const string Destination = "10.1.0.2";

    private const string Name = "server-1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-bench-");
    private readonly BenchServers _servers;
    private readonly IActorRef _server;

    /// <param name="subnet">Second byte of the VTEP's address.</param>
    public OneServer(int subnet)
    {
        _servers = new BenchServers(_folder.FullName);
        try
        {
            _server = _servers.Start(BenchServers.Topology(Yaml(subnet)), Name);
            (Source, Sink) = (_servers.Vm(Name, "web-1"), _servers.Vm(Name, "web-2"));
            _servers.Ping(Source, "web-1", Destination);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IActorRef Source { get; }

    public IActorRef Sink { get; }

    public IActorRef Kernel => _servers.Part(Name, "kernel");

    public IActorRef Nic => _servers.Part(Name, "nic");

    /// <summary>Frames that any part dropped, by reason.</summary>
    public string Drops => string.Join(", ", _servers.Inspect(_server).Server.Drops.Select(drop => $"{drop.Key} {drop.Value}"));

    private string RunDirectory => Path.Combine(_folder.FullName, "run", Name);

    public BridgeClient DialBridge() => new(Path.Combine(RunDirectory, "br-int.mgmt"));

    /// <summary>What ovs-appctl calls.</summary>
    public OvsdbConnection DialAgent() => new(Directory.GetFiles(RunDirectory, "ovs-vswitchd.*.ctl").Single());

    public void Dispose()
    {
        _servers.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Yaml(int subnet) =>
        $$"""
        name: bench-{{subnet}}
        underlay: {subnet: 127.{{subnet}}.0.0/16}
        servers: [{name: {{Name}}, rack: a}]
        overlays: [{name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}]
        vms: [{name: "web-{1..2}", overlay: blue, server: {{Name}}}]
        """;
}
