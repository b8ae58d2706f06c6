namespace Fabric.Cli.DropIn;

/// <summary>Whether an option has an argument, as getopt_long(3) knows it.</summary>
internal enum StockArgument
{
    None,
    Required,

    /// <summary>Only in the form <c>--name=value</c> or <c>-nvalue</c>.</summary>
    Optional,
}
