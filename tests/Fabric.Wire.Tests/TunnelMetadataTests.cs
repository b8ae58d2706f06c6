namespace Fabric.Wire.Tests;

public class TunnelMetadataTests
{
    [Fact]
    public void Only_the_options_in_use_are_compared()
    {
        var one = new TunnelMetadata { Id = 5, IsPresent = true, Flags = TunnelFlags.Key };
        var two = one;
        one.SetOptions([1, 2, 3, 4, 5, 6, 7, 8]);
        one.SetOptions([1, 2, 3, 4]);
        two.SetOptions([1, 2, 3, 4]);
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        two.SetOptions([1, 2, 3, 5]);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void Every_field_counts()
    {
        var zero = default(TunnelMetadata);
        TunnelMetadata[] others =
        [
            zero with { Id = 1 }, zero with { Source = new(1) }, zero with { Destination = new(1) }, zero with { SourceV6 = new(0, 1) },
            zero with { DestinationV6 = new(0, 1) }, zero with { Flags = TunnelFlags.Oam }, zero with { Tos = 1 }, zero with { Ttl = 1 },
            zero with { SourcePort = 1 }, zero with { DestinationPort = 1 }, zero with { GbpId = 1 }, zero with { GbpFlags = 1 },
            zero with { OptionsSize = 4 }, zero with { IsPresent = true }, zero with { IsIpv6 = true },
        ];
        Assert.All(others, other => Assert.True(other != zero));
        Assert.Equal(others.Length, others.Distinct().Count());
    }
}
