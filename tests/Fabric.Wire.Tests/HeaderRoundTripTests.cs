namespace Fabric.Wire.Tests;

/// <summary>What a record emits it parses back, for random values and over dirty buffers.</summary>
public class HeaderRoundTripTests
{
    private const int Rounds = 500;
    private readonly Random _random = new(TestSeed.Value);
    private readonly byte[] _bytes = new byte[256];

    private delegate bool Parser<T>(ReadOnlySpan<byte> bytes, out T value);

    [Fact]
    public void Ethernet() => Check(
        () => new EthernetHeader(Mac(), Mac(), U16()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out EthernetHeader h) =>
            { var ok = EthernetView.TryParse(b, out var v); h = EthernetHeader.Parse(v); return ok; });

    [Fact]
    public void Llc_snap() => Check(
        () => new LlcSnapHeader(U32() & 0xff_ffff, U16()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out LlcSnapHeader h) =>
            { var ok = LlcSnapView.TryParse(b, out var v); h = LlcSnapHeader.Parse(v); return ok; });

    [Fact]
    public void Vlan() => Check(
        () => new VlanTag(Flip() ? EtherType.Vlan : EtherType.ServiceVlan, (byte)_random.Next(8), Flip(), (ushort)_random.Next(4096)),
        h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out VlanTag h) => { var ok = VlanView.TryParse(b, out var v); h = VlanTag.Parse(v); return ok; });

    [Fact]
    public void Arp() => Check(
        () => new ArpPacket(U16(), Mac(), V4(), Mac(), V4()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out ArpPacket h) => { var ok = ArpView.TryParse(b, out var v); h = ArpPacket.Parse(v); return ok; });

    [Fact]
    public void Ipv4() => Check(
        () => new Ipv4Header(V4(), V4(), U8(), _random.Next(200), U8(), U8(), U16(), Flip(), Flip(), _random.Next(8192) * 8),
        h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out Ipv4Header h) =>
        {
            var ok = Ipv4View.TryParse(b, out var v) && v.IsChecksumCorrect;
            h = Ipv4Header.Parse(v);
            return ok;
        });

    [Fact]
    public void Ipv6() => Check(
        () => new Ipv6Header(V6(), V6(), U8(), _random.Next(200), U8(), U8(), U32() & 0xf_ffff), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out Ipv6Header h) => { var ok = Ipv6View.TryParse(b, out var v); h = Ipv6Header.Parse(v); return ok; });

    [Fact]
    public void Udp_over_both_families()
    {
        Check(
            () => new UdpHeader(U16(), U16(), _random.Next(200)), h => h.Emit(_bytes),
            (ReadOnlySpan<byte> b, out UdpHeader h) => { var ok = UdpView.TryParse(b, out var v); h = UdpHeader.Parse(v); return ok; });
        for (var i = 0; i < Rounds; i++)
        {
            var datagram = _bytes.AsSpan(0, 8 + _random.Next(200));
            _random.NextBytes(datagram);
            new UdpHeader(U16(), U16(), datagram.Length - 8).Emit(datagram);
            var (v4, other4, v6, other6) = (V4(), V4(), V6(), V6());
            UdpHeader.FillChecksum(datagram, v4, other4);
            Assert.True(UdpView.TryParse(datagram, out var view) && view.Checksum != 0 && view.IsChecksumCorrect(v4, other4),
                TestSeed.Text);
            datagram[^1] ^= 0x10;
            Assert.False(view.IsChecksumCorrect(v4, other4), TestSeed.Text);
            UdpHeader.FillChecksum(datagram, v6, other6);
            Assert.True(view.IsChecksumCorrect(v6, other6), TestSeed.Text);
        }
    }

    [Fact]
    public void Tcp() => Check(
        () => new TcpHeader(U16(), U16(), U32(), U32(), (TcpFlags)(U16() & 0xfff), U16(), U16(), 4 * _random.Next(11)), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out TcpHeader h) => { var ok = TcpView.TryParse(b, out var v); h = TcpHeader.Parse(v); return ok; });

    [Fact]
    public void Sctp() => Check(
        () => new SctpHeader(U16(), U16(), U32(), U32()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out SctpHeader h) => { var ok = SctpView.TryParse(b, out var v); h = SctpHeader.Parse(v); return ok; });

    [Fact]
    public void Mpls() => Check(
        () => new MplsLabel(U32() & 0xf_ffff, (byte)_random.Next(8), Flip(), U8()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out MplsLabel h) => { var ok = MplsView.TryParse(b, out var v); h = MplsLabel.Parse(v); return ok; });

    [Fact]
    public void Vxlan() => Check(
        () => Flip() ? new VxlanHeader(U32() >> 8) : new VxlanHeader(U32() >> 8, U16(), (byte)(U8() & 0x48)), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out VxlanHeader h) =>
            { var ok = VxlanView.TryParse(b, out var v); h = VxlanHeader.Parse(v); return ok && v.HasVni; });

    [Fact]
    public void Geneve() => Check(
        () => new GeneveHeader(U32() >> 8, 4 * _random.Next(60), Flip(), Flip(), U16()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out GeneveHeader h) =>
            { var ok = GeneveView.TryParse(b, out var v); h = GeneveHeader.Parse(v); return ok; });

    [Fact]
    public void Nvgre() => Check(
        () => new NvgreHeader(U32() >> 8, U8()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out NvgreHeader h) => { var ok = GreView.TryParse(b, out var v); h = NvgreHeader.Parse(v); return ok; });

    [Fact]
    public void Icmpv4() => Check(
        () => new Icmpv4Header(U8(), U8(), U32()), h => h.Emit(_bytes),
        (ReadOnlySpan<byte> b, out Icmpv4Header h) =>
        {
            var ok = Icmpv4View.TryParse(b, out var v) && v.IsChecksumCorrect;
            h = Icmpv4Header.Parse(v);
            return ok;
        });

    [Fact]
    public void Icmpv6()
    {
        var (from, to) = (V6(), V6());
        Check(
            () => new Icmpv6Header(U8(), U8(), U32()), h => h.Emit(_bytes, from, to),
            (ReadOnlySpan<byte> b, out Icmpv6Header h) =>
            {
                var ok = Icmpv6View.TryParse(b, out var v) && v.IsChecksumCorrect(from, to);
                h = Icmpv6Header.Parse(v);
                return ok;
            });
    }

    [Fact]
    public void Neighbour_discovery()
    {
        var (from, to) = (V6(), V6());
        for (var i = 0; i < Rounds; i++)
        {
            var isAdvertisement = Flip();
            var neighbour = new NeighbourMessage(isAdvertisement, V6(), isAdvertisement ? (byte)(U8() & 0xe0) : (byte)0, Maybe(Mac));
            neighbour.Emit(Dirty(), from, to);
            Assert.True(NeighbourMessage.TryParse(_bytes.AsSpan(0, neighbour.Size), out var readNeighbour) && readNeighbour == neighbour,
                TestSeed.Text);

            var solicitation = new RouterSolicitation(Maybe(Mac));
            solicitation.Emit(Dirty(), from, to);
            Assert.True(RouterSolicitation.TryParse(_bytes.AsSpan(0, solicitation.Size), out var readSolicitation)
                && readSolicitation == solicitation,
                TestSeed.Text);

            var advertisement = new RouterAdvertisement(U8(), (byte)(U8() & 0xc0), U16(), U32(), U32(), Maybe(Mac), Maybe(U32),
                Maybe(() => new PrefixInformation(V6(), (byte)_random.Next(129), (byte)(U8() & 0xc0), U32(), U32())));
            advertisement.Emit(Dirty(), from, to);
            Assert.True(RouterAdvertisement.TryParse(_bytes.AsSpan(0, advertisement.Size), out var readAdvertisement)
                && readAdvertisement == advertisement, TestSeed.Text);
            Assert.True(Wire.Icmpv6View.TryParse(_bytes.AsSpan(0, advertisement.Size), out var view) && view.IsChecksumCorrect(from, to),
                TestSeed.Text);
        }
    }

    private void Check<T>(Func<T> make, Action<T> emit, Parser<T> parse) where T : struct
    {
        for (var i = 0; i < Rounds; i++)
        {
            var value = make();
            Dirty();
            emit(value);
            Assert.True(parse(_bytes, out var read), $"{value} does not parse, {TestSeed.Text}");
            Assert.True(value.Equals(read), $"{value} came back as {read}, {TestSeed.Text}");
        }
    }

    private byte[] Dirty()
    {
        _random.NextBytes(_bytes);
        return _bytes;
    }

    private T? Maybe<T>(Func<T> make) where T : struct => Flip() ? make() : null;

    private bool Flip() => _random.Next(2) == 0;

    private byte U8() => (byte)_random.Next(256);

    private ushort U16() => (ushort)_random.Next(65_536);

    private uint U32() => (uint)_random.NextInt64(1L << 32);

    private MacAddress Mac() => new((ulong)_random.NextInt64());

    private Ipv4Address V4() => new(U32());

    private Ipv6Address V6() => new((ulong)_random.NextInt64(), (ulong)_random.NextInt64());
}
