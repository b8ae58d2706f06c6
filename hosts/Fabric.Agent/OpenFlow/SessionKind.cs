namespace Fabric.Agent;

/// <summary>Who is at the other end of an OpenFlow connection (OVS: <c>ofconn_type</c>).</summary>
public enum SessionKind
{
    /// <summary>A controller: it is told what happens, and the bridge may depend on it.</summary>
    Primary,

    /// <summary>A tool on <c>&lt;bridge&gt;.mgmt</c> or a <c>ptcp:</c> controller: it hears nothing that it did not ask for.</summary>
    Service,
}
