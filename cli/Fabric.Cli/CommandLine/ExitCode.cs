namespace Fabric.Cli.CommandLine;

/// <summary>What the process returns; scripts are written against these.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int WrongInput = 2;
    public const int NothingToCheck = 3;
    public const int NotReachable = 4;
}
