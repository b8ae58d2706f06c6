using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The NIC's ports by number, kept together with the view of them that the action executor has.</summary>
internal sealed class NicPorts
{
    private const uint MaxDirect = 4_096;

    private readonly Dictionary<uint, NicPort> _ports = [];
    private NicPort?[] _direct = new NicPort?[16];

    /// <summary>The same ports, for <see cref="ActionExecutor"/>.</summary>
    public DatapathPorts Datapath { get; } = new();

    public IReadOnlyCollection<NicPort> All => _ports.Values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(OdpPort number, [NotNullWhen(true)] out NicPort? port)
    {
        var direct = _direct;
        if (number.Value < (uint)direct.Length)
        {
            port = direct[number.Value];
            return port is not null;
        }

        return _ports.TryGetValue(number.Value, out port);
    }

    /// <summary>Adds a port, or replaces one of another name or kind; one that is there keeps its counters and queue.</summary>
    public NicPort Set(OdpPort number, string name, DatapathPortKind kind, MacAddress mac, int room, out NicPort? replaced)
    {
        replaced = null;
        if (TryGet(number, out var port))
        {
            if (port.Kind == kind && port.Port.Name == name)
            {
                port.Mac = mac;
                return port;
            }

            replaced = port;
            Remove(number);
        }

        port = new NicPort(new DatapathPort(number, name, kind), mac, room);
        Invariant.Check(Datapath.TryAdd(port.Port), "a port number is free once its port is removed");
        _ports.Add(number.Value, port);
        if (number.Value < MaxDirect)
        {
            if (number.Value >= _direct.Length)
                Array.Resize(ref _direct, (int)System.Numerics.BitOperations.RoundUpToPowerOf2(number.Value + 1));
            _direct[number.Value] = port;
        }

        return port;
    }

    public void Remove(OdpPort number)
    {
        if (number.Value < (uint)_direct.Length) _direct[number.Value] = null;
        _ports.Remove(number.Value);
        Datapath.Remove(number);
    }
}
