using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Text of datapath actions. What is read can be printed, and the print reads as an equally printed list.</summary>
internal sealed class ActionTexts() : TextFuzzTarget(
    "drop", "1,2,3", "push_vlan(vid=10,pcp=0),4,pop_vlan", "set(ipv4(src=1.2.3.4,ttl=63)),set(eth(dst=02:00:00:00:00:09)),5",
    "set(tunnel(tun_id=0x1388,src=172.16.0.1,dst=172.16.0.2,ttl=64,tp_dst=4789,flags(df|key))),7",
    "sample(sample=50.0%,actions(1,2)),clone(3,recirc(0x5)),trunc(100),userspace(pid=5,slow_path(action))",
    "ct(commit,zone=5,mark=0x1/0xff,nat(src=10.0.0.1-10.0.0.9:1-100)),hash(hash_l4(0)),recirc(0x9)",
    "check_pkt_len(size=200,gt(4),le(5)),push_mpls(label=100,tc=0,ttl=64,bos=1,eth_type=0x8847),meter(3)")
{
    public override bool TryRead(string text)
    {
        if (!DatapathActions.TryParse(text, out var actions, out var error))
        {
            Invariant.Check(!string.IsNullOrEmpty(error), "a refusal says why");
            return false;
        }

        Invariant.Check(DatapathActions.TryParse(actions.ToString(), out var again, out _), "what is printed can be read");
        Invariant.Check(again is not null, "and gives a list");
        return true;
    }
}
