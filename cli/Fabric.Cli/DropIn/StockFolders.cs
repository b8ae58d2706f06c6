namespace Fabric.Cli.DropIn;

/// <summary>Where Open vSwitch's programs keep what they are not told a place for (lib/dirs.c).</summary>
internal sealed class StockFolders(IReadOnlyDictionary<string, string> environment)
{
    public string Run => Of("OVS_RUNDIR") ?? "/var/run/openvswitch";

    public string Log => Of("OVS_LOGDIR") ?? "/var/log/openvswitch";

    public string Databases => Of("OVS_DBDIR") ?? Path.Combine(Of("OVS_SYSCONFDIR") ?? "/etc", "openvswitch");

    /// <summary>The file that an option's value means: relative to the folder, or the default name there.</summary>
    public static string FileOf(string? value, string folder, string name) => Path.GetFullPath(value ?? name, Path.GetFullPath(folder));

    private string? Of(string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? Path.GetFullPath(value) : null;
}
