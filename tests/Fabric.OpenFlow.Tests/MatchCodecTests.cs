using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow.Tests;

/// <summary>Properties M1 and M2, and the errors of wrong matches; that the bytes are OVS's is tested beside ovs-ofctl.</summary>
public class MatchCodecTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 20261122;

    [Theory]
    [InlineData("80000A0208", OpenFlowError.BmcBadLen)] // a header that asks for more than there is
    [InlineData("8000", OpenFlowError.BmcBadLen)]
    [InlineData("8000FE0100", OpenFlowError.BmcBadField)] // no such field
    [InlineData("80000A0108", OpenFlowError.BmcBadField)] // eth_type with one byte
    [InlineData("8000160401020304", OpenFlowError.BmcBadPrereq)] // ipv4_src without eth_type
    [InlineData("80000A0208008000140106800014 0106", OpenFlowError.BmcDupField)] // ip_proto twice
    [InlineData("80000A02080080000A020800", OpenFlowError.BmcDupField)]
    [InlineData("80000B040800FF00", OpenFlowError.BmcBadMask)] // eth_type masked
    [InlineData("8000050801000000FF000000", OpenFlowError.BmcBadField)] // metadata of four bytes
    [InlineData("80000510000000000000000100000000FFFFFF00", OpenFlowError.BmcBadWildcards)] // metadata: ones outside of the mask
    [InlineData("80000A0208008000100140", OpenFlowError.BmcBadValue)] // ip_dscp of 7 bits
    [InlineData("80000C022005", OpenFlowError.BmcBadValue)] // vlan_vid with a priority bit
    [InlineData("800000040000FF05", OpenFlowError.BmcBadValue)] // a port that is none
    [InlineData("80000C0210058000 0E0108", OpenFlowError.BmcBadValue)] // vlan_pcp 8
    [InlineData("80000E0101", OpenFlowError.BmcBadPrereq)] // vlan_pcp without vlan_vid
    [InlineData("FFFF540600002320 0002", OpenFlowError.BmcBadField)] // an experimenter's field that is another one's
    [InlineData("FFFF5402", OpenFlowError.BmcBadLen)]
    [InlineData("00013C080000000000000001", OpenFlowError.BmcBadField)] // the cookie, where it may not be
    public void Wrong_entries_get_the_error_that_OVS_gives(string hex, OpenFlowError expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.False(MatchCodec.TryReadEntries(bytes, TunnelOptionMap.Empty, EntryRules.Strict, out _, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Tunnel_options_need_a_mapping_when_the_switch_has_a_map()
    {
        var bytes = Convert.FromHexString("0001500400001234");
        Assert.False(MatchCodec.TryReadEntries(bytes, TunnelOptionMap.Empty, EntryRules.Strict, out _, out _, out var error));
        Assert.Equal(OpenFlowError.NxfmfcInvalidTlvField, error);
        Assert.True(TunnelOptionMap.Empty.TryApply(TunnelOptionCommand.Add, [new(0x102, 0x80, 4, 0)], out var map, out _));
        Assert.True(MatchCodec.TryReadEntries(bytes, map, EntryRules.Strict, out var match, out _, out _));
        Assert.Equal((UInt128)0x1234, map.FieldAt(0)!.Get(ref match.Value));
        Assert.Equal(1UL, match.Mask.TunnelPresent);
        Assert.Equal(Convert.ToHexString(bytes), Entries(match, OpenFlowVersion.V15));
    }

    [Fact]
    public void Of_a_connection_state_s_mask_eight_bits_are_kept()
    {
        var bytes = Convert.FromHexString("0001D3080000002420000024");
        Assert.True(MatchCodec.TryReadEntries(bytes, TunnelOptionMap.Empty, EntryRules.Strict, out var match, out _, out _));
        Assert.Equal("0001D3080000002400000024", Entries(match, OpenFlowVersion.V15));
    }

    [Fact]
    public void Loose_reading_skips_the_unknown_and_asks_for_nothing()
    {
        var bytes = Convert.FromHexString("8000FE01008000160401020304");
        Assert.True(MatchCodec.TryReadEntries(bytes, null, EntryRules.Loose, out var match, out _, out _));
        Assert.Equal(0x01020304u, match.Value.Packet.NwSource.Value);
    }

    [Fact]
    public void Only_pipeline_fields_are_allowed_where_only_they_are()
    {
        var rules = EntryRules.PipelineOnly;
        Assert.True(MatchCodec.TryReadEntries(Convert.FromHexString("8000000400000005"), null, rules, out _, out _, out _));
        Assert.False(MatchCodec.TryReadEntries(Convert.FromHexString("80000A020800"), null, rules, out _, out _, out var error));
        Assert.Equal(OpenFlowError.BrcPipelineFieldsOnly, error);
    }

    [Fact]
    public void The_cookie_stands_among_the_fields_of_NXM()
    {
        var writer = new WireWriter();
        var size = MatchCodec.WriteNxm(new Match().Set(F.InPort, 3), new CookieFilter(0x1200, 0xff00), writer);
        var reader = new WireReader(writer.Written);
        Assert.True(MatchCodec.TryReadNxm(ref reader, size, null, EntryRules.WithCookie, out var match, out var cookie, out _));
        Assert.Equal(new CookieFilter(0x1200, 0xff00), cookie);
        Assert.Equal(new Match().Set(F.InPort, 3), match);
        Assert.Equal(0, writer.Size % 8);
    }

    [Fact]
    public void Random_matches_come_back_equal_in_every_version_M1()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 3000; i++)
        {
            var match = RandomMatch(random);
            foreach (var version in Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V12))
            {
                var writer = new WireWriter();
                MatchCodec.Write(match, version, writer);
                var reader = new WireReader(writer.Written);
                Assert.True(MatchCodec.TryRead(ref reader, null, out var read, out var error), $"seed {Seed}, {match}: {error}");
                Assert.True(match.Equals(read), $"seed {Seed}, {version}: {match} became {read}");
                Assert.Equal(0, reader.Remaining);
            }

            var nxm = new WireWriter();
            var size = MatchCodec.WriteNxm(match, default, nxm);
            var nxmReader = new WireReader(nxm.Written);
            Assert.True(MatchCodec.TryReadNxm(ref nxmReader, size, null, EntryRules.Strict, out var again, out _, out _));
            Assert.Equal(match, again);
        }
    }

    [Fact]
    public void No_bytes_make_a_reader_throw_M2()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                bytes = Convert.FromHexString(Entries(RandomMatch(random), OpenFlowVersion.V15));
                if (bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var map = i % 3 == 0 ? null : TunnelOptionMap.Empty;
            var isRead = MatchCodec.TryReadEntries(bytes, map, (EntryRules)(i % 8), out var match, out _, out var error);
            Assert.Equal(isRead, error == OpenFlowError.None);
            var reader = new WireReader(bytes);
            MatchCodec.TryRead(ref reader, null, out _, out _);
            if (isRead) Entries(match!, OpenFlowVersion.V15);
        }
    }

    [Fact]
    public void A_match_of_1_0_that_leaves_out_nothing_fits_and_others_do_not()
    {
        Assert.True(FixedMatchCodec.Fits10(new Match().Set(F.EthType, 0x0800).Set(F.NwSource, 0x0a000000, 0xff000000)));
        Assert.False(FixedMatchCodec.Fits10(new Match().Set(F.Registers[0], 1)));
        Assert.False(FixedMatchCodec.Fits10(new Match().Set(F.EthDestination, 1, 1)));
    }

    internal static Match RandomMatch(Random random)
    {
        var match = new Match();
        if (random.Next(2) == 0) match.Set(F.InPort, (UInt128)random.Next(0xff00));
        if (random.Next(3) == 0) Masked(F.EthDestination);
        if (random.Next(3) == 0) Masked(F.Metadata);
        if (random.Next(3) == 0) Masked(F.QuadRegisters[random.Next(4)]);
        if (random.Next(4) == 0) Masked(F.CtLabel);
        if (random.Next(4) == 0) match.Set(F.VlanVid, 0x1000 | (UInt128)random.Next(4096)).Set(F.VlanPcp, (UInt128)random.Next(8));
        var isIpv6 = random.Next(2) == 0;
        if (random.Next(4) == 0) return match;
        match.Set(F.EthType, isIpv6 ? 0x86ddu : 0x0800);
        Masked(isIpv6 ? F.Ipv6Source : F.NwSource);
        if (random.Next(2) == 0) match.Set(F.Dscp, (UInt128)random.Next(64));
        if (random.Next(2) == 0) Masked(F.Fragment);
        if ((match.Value.Packet.NwFragment & Flow.FragmentBits.Later) != 0) return match;
        var proto = (byte)(random.Next(3) switch { 0 => 6, 1 => 17, _ => 132 });
        match.Set(F.NwProto, proto);
        Masked(F.TpSource);
        if (proto == 6) Masked(F.TcpFlagBits);
        return match;

        void Masked(OpenFlowField field)
        {
            var mask = random.Next(2) == 0 ? field.AllOnes : Wide(random) & field.AllOnes;
            var value = Wide(random) & mask;
            if (mask != 0) match.Set(field, value, mask);
        }
    }

    internal static UInt128 Wide(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static string Entries(Match match, OpenFlowVersion version)
    {
        var writer = new WireWriter();
        MatchCodec.WriteEntries(match, version, writer);
        return Convert.ToHexString(writer.Written);
    }
}
