namespace Fabric.OpenFlow.Tests;

public class ErrorTableTests
{
    [Fact]
    public void Every_error_has_a_row_and_a_name_of_its_own()
    {
        var members = Enum.GetValues<OpenFlowError>().Where(e => e != OpenFlowError.None).ToList();
        Assert.Equal(members, OpenFlowErrors.All);
        Assert.Equal(members.Count, members.Select(OpenFlowErrors.NameOf).Distinct().Count());
        Assert.All(members, e => Assert.True(OpenFlowErrors.TryFind(OpenFlowErrors.NameOf(e), out var found) && found == e));
    }

    [Fact]
    public void Numbers_go_both_ways_but_for_the_two_pairs_that_early_versions_share()
    {
        for (var version = OpenFlowVersion.V10; version <= OpenFlowVersion.V15; version++)
        {
            foreach (var error in OpenFlowErrors.All)
            {
                if (!OpenFlowErrors.TryEncode(error, version, out var vendor, out var type, out var code)) continue;
                Assert.True(OpenFlowErrors.TryFind(version, vendor, type, code, out var found));
                var expected = (error, version) switch
                {
                    (OpenFlowError.BrcIsSecondary, <= OpenFlowVersion.V11) => OpenFlowError.BrcEperm,
                    (OpenFlowError.BicBadExpType, OpenFlowVersion.V11) => OpenFlowError.BicBadExperimenter,
                    _ => error,
                };
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void Bad_group_is_an_extension_in_1_0_alone()
    {
        const OpenFlowError BadGroup = OpenFlowError.BacBadOutGroup;
        Assert.True(OpenFlowErrors.TryEncode(BadGroup, OpenFlowVersion.V10, out var vendor, out var type, out var code));
        Assert.Equal((OpenFlowErrors.NiciraVendor, 2, 9), (vendor, type, code));
        Assert.True(OpenFlowErrors.TryEncode(BadGroup, OpenFlowVersion.V13, out vendor, out type, out code));
        Assert.Equal((0u, 2, 9), (vendor, type, code));
    }
}
