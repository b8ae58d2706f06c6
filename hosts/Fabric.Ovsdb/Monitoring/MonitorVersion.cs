namespace Fabric.Ovsdb;

/// <summary>The three forms in which a session can watch tables.</summary>
public enum MonitorVersion
{
    /// <summary>"monitor" and "update" of RFC 7047: old and new values.</summary>
    Update = 1,

    /// <summary>"monitor_cond" and "update2" (ovsdb-server(7)): conditions, and differences instead of values.</summary>
    Update2 = 2,

    /// <summary>"monitor_cond_since" and "update3": as before, and each update names its transaction.</summary>
    Update3 = 3,
}
