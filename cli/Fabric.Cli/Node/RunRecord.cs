namespace Fabric.Cli.Node;

/// <summary>What a running <c>up</c> writes into its data folder for the commands that look for it.</summary>
/// <param name="BootId">Of the machine's boot, because process ids start again.</param>
/// <param name="StartTicks">When the process started, in the kernel's clock ticks since boot: with the pid it names one process for
/// good.</param>
/// <param name="Ready">The topology is deployed and every server forwards.</param>
internal sealed record RunRecord(int Pid, string BootId, long StartTicks, Uri Api, bool Ready)
{
    public static RunRecord OfThisProcess(Uri api, bool ready) =>
        new(Environment.ProcessId, CurrentBootId(), StartTicksOf(Environment.ProcessId) ?? 0, api, ready);

    /// <summary>The recorded process is still the one that runs under this id.</summary>
    public bool IsAlive() => BootId == CurrentBootId() && StartTicksOf(Pid) == StartTicks;

    private static string CurrentBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Field 22 of <c>/proc/PID/stat</c>, proc(5); the name in field 2 may hold spaces, so fields count from its closing
    /// parenthesis.</summary>
    private static long? StartTicksOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
