namespace Fabric.Cli.DropIn;

/// <summary>An option of a stock daemon's command line.</summary>
/// <param name="Short">Its letter, if it has one.</param>
internal sealed record StockOption(string Name, StockArgument Argument = StockArgument.None, char Short = '\0')
{
    /// <summary>What the daemons of Open vSwitch have in common (ovs-vswitchd(8), ovsdb-server(1)).</summary>
    public static IReadOnlyList<StockOption> OfDaemons { get; } =
    [
        new("help", Short: 'h'), new("version", Short: 'V'), new("verbose", StockArgument.Optional, 'v'),
        new("detach"), new("monitor"), new("no-chdir"), new("pidfile", StockArgument.Optional), new("overwrite-pidfile"),
        new("user", StockArgument.Required), new("no-self-confinement"), new("log-file", StockArgument.Optional),
        new("syslog-target", StockArgument.Required), new("syslog-method", StockArgument.Required),
        new("unixctl", StockArgument.Required), new("option", Short: 'o'),
        new("private-key", StockArgument.Required, 'p'), new("certificate", StockArgument.Required, 'c'),
        new("ca-cert", StockArgument.Required, 'C'), new("bootstrap-ca-cert", StockArgument.Required),
        new("peer-ca-cert", StockArgument.Required), new("ssl-protocols", StockArgument.Required),
        new("ssl-ciphers", StockArgument.Required),
    ];
}
