using Fabric.Actors;
using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// Fabric's agent and kernel datapath with the real switch's rules, groups and meters: translated and executed by itself.
/// </summary>
internal sealed class OwnSwitch : IOwnSide, IKernelOutput
{
    private const string Bridge = "br0";
    private const long StartMs = 1_000_000;

    private readonly FramePool _pool = new(4096, 10 * 1024);
    private readonly OvsAgent _agent = new();
    private readonly DirectDatapath _direct;
    private readonly List<(int Port, byte[] Frame)> _sent = [];
    private readonly Upcall[] _upcalls = new Upcall[64];

    public OwnSwitch(RuleSet rules)
    {
        Kernel = new KernelDatapath(new KernelDatapathOptions { Seed = 3 }, _pool, new TunnelTables(), this, hook: null);
        _direct = new DirectDatapath(Kernel, () => NowMs);
        var bridgeSettings = new BridgeSettings(Bridge, new MacAddress(0xaa55_aa55_0000), new OdpPort(100));
        Ok(_agent.TryAddBridge(bridgeSettings, NowMs, out var error), error);
        Kernel.AddPort(new DatapathPort(new OdpPort(100), Bridge, DatapathPortKind.Local));
        for (ushort i = 1; i <= DrivenSwitch.PortCount; i++)
        {
            Kernel.AddPort(new DatapathPort(new OdpPort(i), $"p{i}", DatapathPortKind.Representor));
            Ok(_agent.TryAddPort(Bridge, new PortSettings($"p{i}", new OfpPort(i), new OdpPort(i)), out error), error);
        }

        var bridge = _agent.FindBridge(Bridge)!;
        foreach (var text in rules.Meters)
        {
            Ok(MeterText.TryParse(text, MeterCommand.Add, out var meter, out error), error);
            Ok(bridge.Meters.TryApply(meter!, NowMs, out var wrong), wrong.ToString());
        }

        foreach (var text in rules.Groups)
        {
            Ok(GroupText.TryParse(text, GroupCommand.Add, bridge, out var group, out error), error);
            Ok(bridge.Groups.TryApply(group!, NowMs, out var wrong), wrong.ToString());
        }

        foreach (var rule in rules.Rules) Ok(_agent.TryAddRule(Bridge, rule, NowMs, out error), $"{rule}: {error}");
        _agent.SendMeters(_direct);
    }

    public KernelDatapath Kernel { get; }

    public long NowMs { get; private set; } = StartMs;

    public int Misses => 0;

    public string Connections() =>
        string.Join('\n', Kernel.Connections.Dump(NowMs).Select(e => e.ToString(isVerbose: true, withStatistics: true)));

    public void Warp(int ms)
    {
        NowMs += ms;
        _agent.Tick(NowMs);
        Kernel.Connections.Sweep(NowMs);
        _agent.Revalidator.Purge(_direct);
    }

    public void Forget()
    {
        Kernel.Connections.Flush();
        _agent.Revalidator.Purge(_direct);
    }

    public void Learn(DrivenSwitch stock)
    {
        // It finds everything out by itself.
    }

    public void Receive(int port, byte[] bytes)
    {
        Invariant.Check(_pool.TryRent(bytes.Length, out var frame), "the pool has room");
        bytes.CopyTo(frame!.Bytes);
        frame.Metadata.InPort = (uint)port;
        var batch = _pool.RentBatch();
        batch.Add(frame);
        Kernel.Receive(batch, FallbackReason.NotLearned, NowMs);
        for (var count = Kernel.TakeUpcalls(_upcalls); count > 0; count = Kernel.TakeUpcalls(_upcalls))
            foreach (ref var upcall in _upcalls.AsSpan(0, count))
                _agent.HandleUpcall(upcall.Frame, ref upcall.Key, upcall.Reason, NowMs, _direct);
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

    void IKernelOutput.FlowRemoved(FlowRemoved removed) =>
        _agent.Revalidator.FlowRemoved(new FlowStatistics(removed.Ufid, removed.Packets, removed.Bytes, Math.Max(0, removed.LastUsedMs)));

    private static void Ok(bool ok, string? error) => Assert.True(ok, error);
}
