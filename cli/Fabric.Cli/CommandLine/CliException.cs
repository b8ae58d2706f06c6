namespace Fabric.Cli.CommandLine;

/// <summary>Ends the command with a message of one line for standard error and an exit code.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
