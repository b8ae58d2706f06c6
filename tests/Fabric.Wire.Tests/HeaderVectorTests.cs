namespace Fabric.Wire.Tests;

/// <summary>Bytes as the standards draw them, written by hand.</summary>
public class HeaderVectorTests
{
    [Fact]
    public void An_IPv4_header_is_read_and_written()
    {
        // UDP from 192.168.0.1 to 192.168.0.199, 115 bytes, DF.
        var bytes = Convert.FromHexString("45000073000040004011b861c0a80001c0a800c7" + new string('0', 190));
        Assert.True(Ipv4View.TryParse(bytes, out var view));
        Assert.True(view.IsChecksumCorrect);
        var header = Ipv4Header.Parse(view);
        Assert.Equal(
            new Ipv4Header(Ipv4Address.Parse("192.168.0.1"), Ipv4Address.Parse("192.168.0.199"), 17, 95, 64, 0, 0, DontFragment: true),
            header);
        var written = new byte[20];
        header.Emit(written);
        Assert.Equal(Convert.ToHexString(bytes.AsSpan(0, 20)), Convert.ToHexString(written));
    }

    [Fact]
    public void A_VXLAN_header_follows_RFC_7348_section_5()
    {
        Assert.Equal("0800000000138800", Written(8, b => new VxlanHeader(5000).Emit(b)));
        Assert.Equal("8848123400138800", Written(8, b => new VxlanHeader(5000, 0x1234, 0xff).Emit(b)));
        // Reserved bits set: ignored.
        Assert.True(VxlanView.TryParse(Convert.FromHexString("7f7f7f7f001388ff"), out var view));
        Assert.True(view.HasVni);
        Assert.Equal(5000u, view.Vni);
    }

    [Fact]
    public void A_GENEVE_header_follows_RFC_8926_section_3_4()
    {
        Assert.Equal("03C0655800177000", Written(8, b => new GeneveHeader(6000, 12, true, true).Emit(b)));
        var bytes = Convert.FromHexString("030065580017700001028001DEADBEEF01030200");
        Assert.True(GeneveView.TryParse(bytes, out var view));
        Assert.Equal(6000u, view.Vni);
        var options = view.Options;
        Assert.True(options.TryRead(out var optionClass, out var type, out var data));
        Assert.Equal((0x0102, 0x80, "DEADBEEF"), (optionClass, type, Convert.ToHexString(data)));
        Assert.True(options.TryRead(out optionClass, out type, out data));
        Assert.Equal((0x0103, 0x02, 0), (optionClass, type, data.Length));
        Assert.False(options.TryRead(out _, out _, out _));
        Assert.False(options.IsMalformed);
    }

    [Fact]
    public void An_NVGRE_header_follows_RFC_7637_section_3_2()
    {
        Assert.Equal("20006558001B5809", Written(8, b => new NvgreHeader(7000, 9).Emit(b)));
        Assert.True(GreView.TryParse(Convert.FromHexString("20006558001B5809"), out var view));
        Assert.Equal((7000u, (byte)9, 8), (view.Vsid, view.FlowId, view.HeaderSize));
    }

    [Fact]
    public void GRE_with_every_optional_field_of_RFC_2890_is_read()
    {
        var bytes = Convert.FromHexString("B0000800000000000000002A00000007AABB");
        var checksum = InternetChecksum.Compute(bytes);
        bytes[4] = (byte)(checksum >> 8);
        bytes[5] = (byte)checksum;
        Assert.True(GreView.TryParse(bytes, out var view));
        Assert.Equal((16, 42u, 7u, 2), (view.HeaderSize, view.Key, view.Sequence, view.Payload.Length));
        Assert.True(view.IsChecksumCorrect);
        bytes[17] ^= 1;
        Assert.True(GreView.TryParse(bytes, out view));
        Assert.False(view.IsChecksumCorrect);
    }

    [Fact]
    public void An_ARP_request_is_read_and_written()
    {
        var hex = "0001080006040001020000000001" + "0A010001" + "000000000000" + "0A010002";
        Assert.True(ArpView.TryParse(Convert.FromHexString(hex), out var view));
        Assert.Equal("10.1.0.2", view.TargetProtocol.ToString());
        var packet = ArpPacket.Parse(view);
        Assert.Equal(hex, Written(28, b => packet.Emit(b)));
        Assert.False(ArpView.TryParse(Convert.FromHexString(hex.Replace("0800", "86DD", StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void Options_of_IPv4_and_TCP_are_walked_and_damaged_ones_are_told()
    {
        // Router alert (148), no-operation, end of list.
        var bytes = Convert.FromHexString("4700001C00000000400100000A0000010A000002" + "9404000001000000");
        Assert.True(Ipv4View.TryParse(bytes, out var ip));
        var options = ip.Options;
        Assert.True(options.TryRead(out var type, out var data));
        Assert.Equal((148, 2), (type, data.Length));
        Assert.False(options.TryRead(out _, out _));
        Assert.False(options.IsMalformed);

        bytes[21] = 9;
        Assert.True(Ipv4View.TryParse(bytes, out ip));
        options = ip.Options;
        Assert.False(options.TryRead(out _, out _));
        Assert.True(options.IsMalformed);
    }

    [Fact]
    public void Extension_headers_are_walked_to_the_upper_protocol()
    {
        var bytes = SampleFrames.Extensions();
        Assert.True(Ipv6Extensions.TryWalk(IpProtocol.HopByHop, bytes, out var extensions));
        Assert.Equal(new Ipv6Extensions(IpProtocol.Udp, 44, true, 0, false, 77), extensions);
        Assert.False(extensions.IsFragment);
        for (var cut = 0; cut < bytes.Length; cut++) Assert.False(Ipv6Extensions.TryWalk(IpProtocol.HopByHop, bytes.AsSpan(0, cut), out _));
    }

    [Fact]
    public void A_later_fragment_ends_the_walk_whatever_its_bytes_say()
    {
        var bytes = new byte[8];
        Ipv6Extensions.EmitFragmentHeader(bytes, IpProtocol.HopByHop, 1480, true, 5);
        Assert.True(Ipv6Extensions.TryWalk(IpProtocol.Fragment, bytes, out var extensions));
        Assert.Equal(new Ipv6Extensions(IpProtocol.HopByHop, 8, true, 1480, true, 5), extensions);
        Assert.True(extensions.IsLaterFragment);
    }

    [Fact]
    public void Lengths_that_contradict_the_bytes_are_refused_and_padding_is_cut()
    {
        var packet = SampleFrames.V4(IpProtocol.Udp, SampleFrames.Udp(new byte[4]))[EthernetView.Size..];
        byte[] padded = [.. packet, 0, 0, 0, 0, 0, 0];
        Assert.True(Ipv4View.TryParse(padded, out var view));
        Assert.Equal(12, view.Payload.Length);
        Assert.False(Ipv4View.TryParse(packet.AsSpan(0, packet.Length - 1), out _));
        Assert.True(Ipv4View.TryParseHeader(packet.AsSpan(0, packet.Length - 1), out _));

        var udp = SampleFrames.Udp(new byte[4]);
        Assert.False(UdpView.TryParse(udp.AsSpan(0, 11), out _));
        udp[5] = 7;
        Assert.False(UdpView.TryParse(udp, out _));
    }

    private static string Written(int size, Action<byte[]> emit)
    {
        var bytes = new byte[size];
        bytes.AsSpan().Fill(0xa5);
        emit(bytes);
        return Convert.ToHexString(bytes);
    }
}
