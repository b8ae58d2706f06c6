using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Agent.Tests.Configuration;

public sealed class OfportAllocatorTests
{
    private const long HourMs = 3_600_000;

    private readonly OfportAllocator _numbers = new();

    [Fact]
    public void Numbers_go_up_and_one_that_was_released_waits_an_hour_while_others_are_free()
    {
        Assert.Equal([1, 2, 3], Take(3, 0));
        _numbers.Release(new OfpPort(2), 0);
        Assert.Equal([4, 5], Take(2, 0));
        // The cursor goes round all 32,767 before it comes back to 2.
        Assert.Equal(32_767 - 5, Take(32_767 - 5, 0).Distinct().Count());
        Assert.Equal(2, _numbers.Take(null, HourMs + 1).Value);
        Assert.Equal(OfpPort.None, _numbers.Take(null, HourMs + 1));
    }

    [Fact]
    public void When_all_are_taken_or_released_lately_the_one_released_first_is_given()
    {
        Take(32_767, 0);
        _numbers.Release(new OfpPort(9), 200);
        _numbers.Release(new OfpPort(7), 100);
        Assert.Equal([7, 9], Take(2, 300));
    }

    [Fact]
    public void A_request_is_honoured_when_free_also_in_the_upper_half()
    {
        Assert.Equal(40_000, _numbers.Take(40_000, 0).Value);
        Assert.Equal(1, _numbers.Take(40_000, 0).Value);
        Assert.Equal(2, _numbers.Take(0xff00, 0).Value);
    }

    private int[] Take(int count, long nowMs) => [.. Enumerable.Range(0, count).Select(_ => (int)_numbers.Take(null, nowMs).Value)];
}
