using Fabric.Cli.DropIn;

namespace Fabric.Cli.Tests;

/// <summary>Command lines as getopt_long(3) takes them apart.</summary>
public sealed class StockCommandLineTests
{
    private static readonly StockOption[] Known = [.. StockOption.OfDaemons, new("remote", StockArgument.Required)];

    [Fact]
    public void Options_and_arguments_come_in_any_order_and_long_names_may_be_short()
    {
        var line = Parse(
            "a.db", "--remote=ptcp:", "--remote", "punix:x", "b.db", "-vconsole:off", "-v", "--pid", "--det", "-p", "key.pem", "-cx");
        Assert.Equal(["a.db", "b.db"], line.Arguments);
        Assert.Equal(["ptcp:", "punix:x"], line.Values("remote"));
        Assert.Equal(["console:off", null], line.Values("verbose"));
        Assert.True(line.Has("pidfile") && line.Has("detach"));
        Assert.Null(line.Value("pidfile"));
        Assert.Equal(("key.pem", "x"), (line.Value("private-key"), line.Value("certificate")));
    }

    [Fact]
    public void What_follows_two_dashes_is_no_option() => Assert.Equal(["--remote", "-v"], Parse("--", "--remote", "-v").Arguments);

    [Theory]
    [InlineData("--bad", "unrecognized option '--bad'")]
    [InlineData("--no-chdir=1", "option '--no-chdir' doesn't allow an argument")]
    [InlineData("--remote", "option '--remote' requires an argument")]
    [InlineData("--ver", "option '--ver' is ambiguous")]
    [InlineData("-x", "invalid option -- 'x'")]
    [InlineData("-p", "option requires an argument -- 'p'")]
    public void What_is_wrong_is_told_in_getopt_s_words(string token, string error)
    {
        Assert.False(StockCommandLine.TryParse([token], Known, out _, out var told));
        Assert.Equal(error, told);
    }

    private static StockCommandLine Parse(params string[] tokens)
    {
        Assert.True(StockCommandLine.TryParse(tokens, Known, out var line, out var error), error);
        return line;
    }
}
