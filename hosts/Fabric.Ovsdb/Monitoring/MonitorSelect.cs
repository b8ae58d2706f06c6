namespace Fabric.Ovsdb;

/// <summary>What a monitor wants to hear of (RFC 7047, 4.1.5, "monitor-select").</summary>
[Flags]
internal enum MonitorSelect
{
    None = 0,
    Initial = 1,
    Insert = 2,
    Delete = 4,
    Modify = 8,
    All = Initial | Insert | Delete | Modify,
}
