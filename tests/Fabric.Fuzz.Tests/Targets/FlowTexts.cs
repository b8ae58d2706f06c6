using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Text of datapath flows. What is read can be printed, and the print can be read.</summary>
internal sealed class FlowTexts() : TextFuzzTarget(
    "in_port(1),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),eth_type(0x0800),"
    + "ipv4(src=10.1.0.1,dst=10.1.0.2/255.255.255.0,proto=6,frag=no),"
    + "tcp(src=1,dst=80)",
    "recirc_id(0x5),tunnel(tun_id=0x1388,src=172.16.0.1,dst=172.16.0.2,ttl=64,tp_dst=4789,flags(-df+csum+key)),"
    + "in_port(2),eth(),eth_type(0x86dd),"
    + "ipv6(src=fd00::1,dst=fd00::2,label=0,proto=58,hlimit=255,frag=no),icmpv6(type=135,code=0),nd(target=fd00::2,sll=02:00:00:00:00:01)",
    "in_port(3),eth(),eth_type(0x8100),vlan(vid=100,pcp=1),encap(eth_type(0x0806),arp(sip=10.1.0.1,tip=10.1.0.2,op=1/0xff))",
    "tunnel(tun_id=0x1,src=1.2.3.4,dst=5.6.7.8,tos=0,ttl=64,"
    + "geneve({class=0x102,type=0x80,len=4,0xdeadbeef}),flags(key)),in_port(4)")
{
    public override bool TryRead(string text)
    {
        if (!FlowText.TryParse(text, out var key, out var mask, out var error))
        {
            Invariant.Check(!string.IsNullOrEmpty(error), "a refusal says why");
            return false;
        }

        var printed = FlowText.Format(ref key, ref mask);
        Invariant.Check(FlowText.TryParse(printed, out _, out _, out error), "what is printed can be read");
        return true;
    }
}
