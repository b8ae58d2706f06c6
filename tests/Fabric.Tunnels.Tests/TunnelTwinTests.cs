using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

public class TunnelTwinTests
{
    private readonly TunnelWorld _world = new();
    private readonly Random _random = new(TestSeed.Value);

    [Theory]
    [InlineData(TunnelType.Vxlan)]
    [InlineData(TunnelType.Geneve)]
    [InlineData(TunnelType.Nvgre)]
    public void Outer_packets_equal_the_naive_twin_s_and_come_off_again(TunnelType type)
    {
        ushort identification = 0;
        for (var round = 0; round < 2000; round++)
        {
            var inner = new byte[_random.Next(14, 1200)];
            _random.NextBytes(inner);
            var hash = (uint)_random.NextInt64(1L << 32);
            var frame = _world.Inner(inner, _random.Next(2) == 0, flags: Flags());
            ref var tunnel = ref frame.Metadata.Tunnel;
            tunnel.Tos = (byte)_random.Next(256);
            tunnel.Ttl = (byte)_random.Next(1, 256);
            if (type == TunnelType.Geneve) tunnel.SetOptions(Options());
            var sent = tunnel;
            var isNumbered = !sent.IsIpv6 && !sent.Flags.HasFlag(TunnelFlags.DontFragment);
            if (isNumbered) identification++;

            var expected = NaiveTunnelCodec.Encap(type, inner, sent, hash, identification);
            var done = TunnelEncap.TryEncap(frame, TunnelWorld.PortOf(type), _world.Left, hash, out _, out var reason);
            Assert.True(done, $"round {round}: {reason}, {TestSeed.Text}");
            Assert.True(frame.Bytes.SequenceEqual(expected),
                $"round {round}, {TestSeed.Text}:\n{Convert.ToHexString(expected)}\n{Convert.ToHexString(frame.Bytes)}");

            Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, _world.Right, out _));
            Assert.True(frame.Bytes.SequenceEqual(inner), $"round {round}, {TestSeed.Text}");
            Assert.Equal((sent.Tos, sent.Ttl, sent.Id), (tunnel.Tos, tunnel.Ttl, tunnel.Id));
            Assert.True(tunnel.OptionBytes.SequenceEqual(sent.OptionBytes), $"round {round}, {TestSeed.Text}");
            _world.Pool.Return(frame);
        }
    }

    private TunnelFlags Flags()
    {
        var flags = TunnelFlags.Key;
        if (_random.Next(2) == 0) flags |= TunnelFlags.DontFragment;
        if (_random.Next(2) == 0) flags |= TunnelFlags.Checksum;
        if (_random.Next(2) == 0) flags |= TunnelFlags.Oam;
        return flags;
    }

    private byte[] Options()
    {
        var options = new byte[TunnelOptions.MaxUsed];
        var size = 0;
        for (var n = _random.Next(9); n > 0; n--)
        {
            var data = new byte[4 * _random.Next(6)];
            _random.NextBytes(data);
            size += GeneveOptionReader.Emit(options.AsSpan(size), (ushort)_random.Next(65536), (byte)_random.Next(128), data);
        }

        return options[..size];
    }
}
