namespace Fabric.Agent;

/// <summary>A refusal as people read it.</summary>
/// <param name="Field">With <see cref="ExplicitRefusal.Field"/>: which.</param>
public readonly record struct ExplicitReason(ExplicitRefusal Refusal, string? Field = null)
{
    public override string ToString() => Refusal switch
    {
        ExplicitRefusal.None => "",
        ExplicitRefusal.Normal => "the rules say NORMAL, and addresses are learned from packets",
        ExplicitRefusal.Learn => "the rules learn from packets",
        ExplicitRefusal.Connection => "the rules track connections",
        ExplicitRefusal.Controller => "the packets go to a controller",
        ExplicitRefusal.Hash => "the rules choose by a hash of the packet",
        ExplicitRefusal.Recirculation => "the rules need a second lookup",
        ExplicitRefusal.Mpls => "the rules change MPLS labels",
        ExplicitRefusal.Encapsulation => "the rules add or remove an Ethernet header",
        ExplicitRefusal.SecondTag => "the rules work on a second VLAN tag",
        ExplicitRefusal.PacketLength => "the rules ask for the packet's length",
        ExplicitRefusal.Conjunction => "a table on the way has conjunctions",
        ExplicitRefusal.TunnelOptions => "a table on the way matches options of tunnels",
        ExplicitRefusal.Lacp => "the port's bond speaks LACP",
        ExplicitRefusal.Bfd => "the port speaks BFD",
        ExplicitRefusal.PortConfiguration => "the port is set not to receive",
        ExplicitRefusal.SlowPath => "each packet has to be seen by the agent",
        ExplicitRefusal.Fragment => "fragments are left to the host",
        ExplicitRefusal.CongestionMark => "the outer header's congestion mark is to be copied",
        ExplicitRefusal.NoIpHeader => "the IP header may be cut off",
        ExplicitRefusal.Field => $"what is done depends on {Field}, which no rule on the way matches",
        ExplicitRefusal.TranslationError => "the rules have no end",
        _ => "the rules come to more flows than may be pushed",
    };
}
