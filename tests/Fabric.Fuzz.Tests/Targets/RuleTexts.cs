using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>OpenFlow rules in the syntax of ovs-ofctl. What is read can be printed, and the print can be read.</summary>
internal sealed class RuleTexts() : TextFuzzTarget(
    "table=0,priority=100,arp,actions=NORMAL", "priority=50,in_port=1,dl_vlan=10,ip,nw_dst=10.1.0.0/24,actions=strip_vlan,output:2",
    "cookie=0x5,idle_timeout=10,hard_timeout=60,tcp,tp_dst=80,tcp_flags=+syn-ack,actions=resubmit(,5),load:0x1->NXM_NX_REG0[]",
    "tun_id=0x1388,tun_src=172.16.0.1,ipv6,ipv6_dst=fd00::/64,actions=set_field:02:00:00:00:00:01->eth_dst,dec_ttl,IN_PORT",
    "table=1,icmp6,icmp_type=135,nd_target=fd00::2,actions=move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],goto_table:2",
    "reg0=0x1/0xf,metadata=0x5,udp,actions=push_vlan:0x8100,mod_vlan_vid:7,controller(max_len=128)")
{
    public override bool TryRead(string text)
    {
        if (!RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var rule, out var error))
        {
            Invariant.Check(!string.IsNullOrEmpty(error), "a refusal says why");
            return false;
        }

        Invariant.Check(RuleText.TryParse(RuleText.Format(rule), NoOpenFlowPorts.Instance, out _, out _), "what is printed can be read");
        return true;
    }
}
