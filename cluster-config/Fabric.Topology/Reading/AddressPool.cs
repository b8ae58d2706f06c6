using System.Net;

namespace Fabric.Topology;

/// <summary>
/// Host addresses of one subnet. Part number i of <paramref name="count"/> gets the i-th address, so that a neighbour's explicit address
/// does not move the others'; whoever finds the place taken gets one behind them all.
/// </summary>
internal sealed class AddressPool(IPNetwork subnet, int count)
{
    private readonly HashSet<UInt128> _taken = [];
    private readonly (UInt128 First, UInt128 Count) _hosts = SubnetText.Hosts(subnet);
    private UInt128 _next = (UInt128)count;
    private bool _wrapped;

    public UInt128 Room => _hosts.Count;

    /// <returns>False when somebody has it.</returns>
    public bool TryReserve(IPAddress address) => _taken.Add(AddressText.ToNumber(address));

    public IPAddress? TakeAt(int position) => (UInt128)position < _hosts.Count ? Take((UInt128)position) : null;

    /// <summary>To be called after every <see cref="TakeAt"/>. Null when the subnet is full.</summary>
    public IPAddress? TakeAny()
    {
        for (; ; _next++)
        {
            if (_next >= _hosts.Count)
            {
                if (_wrapped)
                    return null;

                _wrapped = true;
                _next = 0;
            }

            if (Take(_next) is { } address)
                return address;
        }
    }

    private IPAddress? Take(UInt128 offset)
    {
        UInt128 number = _hosts.First + offset;
        return _taken.Add(number) ? AddressText.FromNumber(number, subnet.BaseAddress.AddressFamily) : null;
    }
}
