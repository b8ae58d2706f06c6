namespace Fabric.Agent;

/// <summary>Severity of a log line (OVS: <c>enum vlog_level</c>). A destination takes its level and those before it.</summary>
public enum VlogLevel
{
    Off,
    Emer,
    Err,
    Warn,
    Info,
    Dbg,
}
