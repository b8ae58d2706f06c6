using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>The ports of one datapath by number. Low numbers, the usual case, are found by indexing; others by hashing.</summary>
public sealed class DatapathPorts
{
    private const int MaxDirect = 4096;

    private readonly Dictionary<uint, DatapathPort> _ports = [];
    private DatapathPort?[] _direct = new DatapathPort?[16];

    public int Count => _ports.Count;

    public IReadOnlyCollection<DatapathPort> All => _ports.Values;

    /// <summary>False when the number is taken.</summary>
    public bool TryAdd(DatapathPort port)
    {
        var number = port.Number.Value;
        if (!_ports.TryAdd(number, port)) return false;
        if (number >= MaxDirect) return true;
        if (number >= _direct.Length) Array.Resize(ref _direct, (int)System.Numerics.BitOperations.RoundUpToPowerOf2(number + 1));
        _direct[number] = port;
        return true;
    }

    public bool Remove(OdpPort number)
    {
        if (number.Value < (uint)_direct.Length) _direct[number.Value] = null;
        return _ports.Remove(number.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(OdpPort number, [NotNullWhen(true)] out DatapathPort? port)
    {
        var direct = _direct;
        if (number.Value < (uint)direct.Length)
        {
            port = direct[number.Value];
            return port is not null;
        }

        return _ports.TryGetValue(number.Value, out port);
    }

    public bool TryGet(string name, [NotNullWhen(true)] out DatapathPort? port)
    {
        foreach (var candidate in _ports.Values)
        {
            if (candidate.Name != name) continue;
            port = candidate;
            return true;
        }

        port = null;
        return false;
    }
}
