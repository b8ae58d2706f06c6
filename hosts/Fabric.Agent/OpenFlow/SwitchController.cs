namespace Fabric.Agent;

/// <summary>A controller that a bridge should have, connected or not (OVS: <c>struct ofservice</c>).</summary>
public sealed class SwitchController
{
    internal SwitchController(string target, SessionSettings settings, int probeSeconds, long nowMs) =>
        (Target, Settings, ProbeSeconds, AdmittedMs) = (target, settings, probeSeconds, nowMs);

    public string Target { get; }

    public SessionSettings Settings { get; internal set; }

    /// <summary>0: connections are not probed.</summary>
    public int ProbeSeconds { get; internal set; }

    /// <summary>Connections that are up: one where the switch connects, any number where it listens.</summary>
    public IReadOnlyList<OpenFlowSession> Sessions => Connected;

    internal List<OpenFlowSession> Connected { get; } = [];

    /// <summary>The switch connects, and so can tell that the controller is lost.</summary>
    internal bool IsActive => !Target.StartsWith('p');

    /// <summary>When the controller last showed that it lets the switch in, or when it was configured.</summary>
    internal long AdmittedMs { get; set; }

    /// <summary>How long the controller has been lost; 0 while it is there.</summary>
    internal int FailureSeconds(long nowMs) => Connected.Exists(s => s.IsAdmitted) ? 0 : (int)((nowMs - AdmittedMs) / 1000);
}
