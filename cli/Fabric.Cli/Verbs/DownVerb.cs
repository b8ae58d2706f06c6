using System.CommandLine;
using System.Diagnostics;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;

namespace Fabric.Cli.Verbs;

internal static class DownVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Build(VerbContext context)
    {
        var command = new Command("down", "Stop what 'up --detach' started, cleanly");
        command.SetAction(async (parsed, cancel) =>
        {
            var data = parsed.GetRequiredValue(context.Options.Data).FullName;
            var record = DataFolder.FindRunning(data) ?? throw new CliException(ExitCode.NotReachable, $"nothing is running on {data}");
            Posix.Signal(record.Pid, Posix.SigTerm);
            var clock = Stopwatch.StartNew();
            while (record.IsAlive())
            {
                if (clock.Elapsed > Patience)
                    throw new CliException(ExitCode.CheckFailed, $"pid {record.Pid} has not stopped within {Patience.TotalSeconds} s");
                await Task.Delay(50, cancel);
            }
            if (!context.Quiet(parsed)) context.Terminal.Out.WriteLine($"stopped (pid {record.Pid})");
            return ExitCode.Done;
        });
        return command;
    }
}
