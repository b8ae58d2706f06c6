namespace Fabric.Topology.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("50us", 0.05)]
    [InlineData("5ms", 5)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2 h", 7_200_000)]
    public void A_duration_has_a_unit(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("1.2.3s")]
    [InlineData("10 parsecs")]
    [InlineData("99999999999999h")]
    public void Anything_else_is_no_duration(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(">= 0.99", ">= 0.99", 0.99, 0.98)]
    [InlineData(">0", "> 0", 1, 0)]
    [InlineData("<= 2", "<= 2", 2, 2.1)]
    [InlineData("< 5%", "< 0.05", 0.049, 0.05)]
    [InlineData("== 0", "== 0", 0, 1)]
    [InlineData("!= 0", "!= 0", 1, 0)]
    [InlineData("7", "== 7", 7, 8)]
    [InlineData(" -1 ", "== -1", -1, 1)]
    public void A_comparison_holds_or_does_not_and_prints_canonically(string text, string canonical, double holds, double fails)
    {
        Assert.True(Comparison.TryParse(text, out var comparison));
        Assert.True(comparison.Holds(holds));
        Assert.False(comparison.Holds(fails));
        Assert.Equal(canonical, comparison.ToString());
        Assert.True(Comparison.TryParse(canonical, out var again));
        Assert.Equal(comparison, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(">=")]
    [InlineData("=> 1")]
    [InlineData(">= many")]
    [InlineData(">= NaN")]
    [InlineData(">= Infinity")]
    [InlineData("%")]
    public void Anything_else_is_no_comparison(string text) => Assert.False(Comparison.TryParse(text, out _));

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "server-1", true)]
    [InlineData("server-*", "server-1", true)]
    [InlineData("server-*", "server", false)]
    [InlineData("*-1", "server-1-1", true)]
    [InlineData("s*r*1", "server-21", true)]
    [InlineData("s*r*1", "server-12", false)]
    [InlineData("a", "b", false)]
    [InlineData("", "a", false)]
    public void A_star_stands_for_any_characters(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Matches(pattern, name));
}
