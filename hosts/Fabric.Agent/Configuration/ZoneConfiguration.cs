namespace Fabric.Agent.Configuration;

/// <summary>A conntrack zone of a datapath with the time-outs of its policy (tables <c>CT_Zone</c> and <c>CT_Timeout_Policy</c>).</summary>
/// <param name="Timeouts">Seconds, by the names of ovs-vswitchd.conf.db(5), such as <c>tcp_syn_sent</c>.</param>
public sealed record ZoneConfiguration(string DatapathType, ushort Zone, IReadOnlyDictionary<string, uint> Timeouts);
