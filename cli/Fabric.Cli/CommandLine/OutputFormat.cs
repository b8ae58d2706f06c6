namespace Fabric.Cli.CommandLine;

internal enum OutputFormat
{
    Table,
    Json,
    Csv,
}
