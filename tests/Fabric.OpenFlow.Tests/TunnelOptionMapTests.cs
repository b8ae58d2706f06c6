using Fabric.Flow;

namespace Fabric.OpenFlow.Tests;

public class TunnelOptionMapTests
{
    private static readonly TunnelOptionMapping Ovn = new(0x102, 0x80, 4, 0);

    [Fact]
    public void Options_become_fields_and_fields_the_same_options()
    {
        var map = Applied(TunnelOptionMap.Empty, Ovn, new(0xffff, 1, 124, 7));
        var key = default(OpenFlowKey);
        byte[] options = [0x01, 0x02, 0x80, 0x01, 0, 1, 0, 2, 0xff, 0xff, 0x01, 0x1f, .. Enumerable.Range(1, 124).Select(i => (byte)i)];
        SetOptions(ref key, options);
        Assert.True(map.TryUnpack(ref key));
        Assert.Equal((UInt128)0x10002, map.FieldAt(0)!.Get(ref key));
        Assert.Equal((UInt128)124, map.FieldAt(7)!.GetBits(ref key, 0, 8));
        Assert.Equal((UInt128)1, map.FieldAt(7)!.GetBits(ref key, 984, 8));
        Assert.Equal(0x81UL, key.TunnelPresent);
        var packed = new byte[256];
        Assert.Equal(options.Length, map.Pack(ref key, packed, out var hasCritical));
        Assert.Equal(options, packed[..options.Length]);
        Assert.True(hasCritical);
    }

    [Fact]
    public void A_field_keeps_its_place_when_others_come_and_go()
    {
        var map = Applied(TunnelOptionMap.Empty, Ovn, new(1, 1, 8, 5));
        var kept = map.FieldAt(5);
        Assert.True(map.TryApply(TunnelOptionCommand.Delete, [Ovn], out map, out _));
        map = Applied(map, new TunnelOptionMapping(1, 2, 12, 1));
        Assert.Same(kept, map.FieldAt(5));
        Assert.Null(map.FieldAt(0));
        Assert.Equal(kept!.Offset + kept.Size, map.FieldAt(1)!.Offset);
    }

    [Theory]
    [InlineData(0x102, 0x80, 4, 1, OpenFlowError.NxttmfcDupEntry)]
    [InlineData(0x103, 0x80, 4, 0, OpenFlowError.NxttmfcAlreadyMapped)]
    [InlineData(0x103, 0x80, 5, 1, OpenFlowError.NxttmfcBadOptLen)]
    [InlineData(0x103, 0x80, 128, 1, OpenFlowError.NxttmfcBadOptLen)]
    [InlineData(0x103, 0x80, 4, 64, OpenFlowError.NxttmfcBadFieldIdx)]
    public void A_wrong_mapping_leaves_the_whole_change_undone(ushort optionClass, byte type, byte size, ushort index,
        OpenFlowError expected)
    {
        var map = Applied(TunnelOptionMap.Empty, Ovn);
        TunnelOptionMapping[] change = [new(9, 9, 4, 9), new(optionClass, type, size, index)];
        Assert.False(map.TryApply(TunnelOptionCommand.Add, change, out var same, out var error));
        Assert.Equal(expected, error);
        Assert.Same(map, same);
    }

    [Fact]
    public void More_than_256_bytes_of_fields_are_too_many()
    {
        var map = Applied(TunnelOptionMap.Empty, new(1, 1, 124, 1), new(1, 2, 124, 2), new(1, 3, 8, 3));
        Assert.False(map.TryApply(TunnelOptionCommand.Add, [new(1, 4, 4, 4)], out _, out var error));
        Assert.Equal(OpenFlowError.NxttmfcTableFull, error);
    }

    [Theory]
    [InlineData("01028001000000")]
    [InlineData("0102800200000000")]
    [InlineData("0999800000000000")]
    public void Options_that_lie_or_are_critical_and_unknown_do_not_unpack(string hex)
    {
        var key = default(OpenFlowKey);
        SetOptions(ref key, Convert.FromHexString(hex));
        Assert.False(Applied(TunnelOptionMap.Empty, Ovn).TryUnpack(ref key));
    }

    [Fact]
    public void A_mask_over_fields_is_one_over_options()
    {
        var map = Applied(TunnelOptionMap.Empty, Ovn);
        var (key, mask) = (default(OpenFlowKey), default(OpenFlowKey));
        SetOptions(ref key, Convert.FromHexString("01028001000000020999010112345678"));
        map.FieldAt(0)!.Set(ref mask, 0xff00);
        var bytes = new byte[16];
        map.PackMask(ref key, ref mask, bytes);
        Assert.Equal("FFFFFF1F0000FF00FFFFFF1F00000000", Convert.ToHexString(bytes));
    }

    private static TunnelOptionMap Applied(TunnelOptionMap map, params TunnelOptionMapping[] mappings)
    {
        Assert.True(map.TryApply(TunnelOptionCommand.Add, mappings, out var changed, out _));
        return changed;
    }

    private static void SetOptions(ref OpenFlowKey key, byte[] options)
    {
        options.CopyTo(FlowKey.MatchBytes(ref key.Packet)[FlowKey.OptionsOffset..]);
        key.Packet.TunnelOptionsSize = (byte)options.Length;
    }
}
