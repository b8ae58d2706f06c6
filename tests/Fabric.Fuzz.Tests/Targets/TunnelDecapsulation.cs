using Fabric.Tunnels;
using Fabric.Tunnels.Tests;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Outer frames from the wire: only the known VNI may come through, and what does not come through stays as it was.</summary>
internal sealed class TunnelDecapsulation : IFuzzTarget
{
    private readonly TunnelWorld _world = new();
    private readonly Frame _frame;

    public TunnelDecapsulation() => _frame = _world.Received(new byte[1]);

    public long MaxAllocatedSize => 0;

    public IEnumerable<byte[]> Samples
    {
        get
        {
            foreach (var type in Enum.GetValues<TunnelType>())
            {
                foreach (var isIpv6 in new[] { false, true })
                {
                    foreach (var flags in new[] { TunnelFlags.Key, TunnelFlags.Key | TunnelFlags.Checksum })
                    {
                        var frame = _world.Inner(TunnelWorld.UdpFrame(), isIpv6, flags: flags);
                        if (type == TunnelType.Geneve) frame.Metadata.Tunnel.SetOptions([1, 2, 1, 1, 9, 9, 9, 9, 1, 3, 2, 0]);
                        Invariant.Check(
                            TunnelEncap.TryEncap(frame, TunnelWorld.PortOf(type), _world.Left, 0, out _, out _), "a sample can be made");
                        yield return frame.Bytes.ToArray();
                        _world.Pool.Return(frame);
                    }
                }
            }
        }
    }

    public void Run(byte[] input)
    {
        input.CopyTo(_frame.Reset(input.Length));
        _frame.Metadata.InPort = TunnelWorld.Physical.Value;
        var result = TunnelDecap.TryDecap(_frame, _world.Right, out _);
        if (result == DecapResult.Detunnelled)
        {
            Invariant.Check(_frame.Metadata.Tunnel.Id == TunnelWorld.KnownVni, "only the known VNI comes through");
            Invariant.Check(_frame.Metadata.Tunnel.IsPresent && _frame.Length >= EthernetView.Size, "a whole inner frame comes out");
        }
        else
        {
            Invariant.Check(_frame.Bytes.SequenceEqual(input), "a frame that does not come through is unchanged");
            Invariant.Check(_frame.Metadata.InPort == TunnelWorld.Physical.Value, "and keeps its port");
        }
    }
}
