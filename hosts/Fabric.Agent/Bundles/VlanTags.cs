using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>One VLAN header; <see cref="Type"/> 0 is none.</summary>
internal readonly record struct VlanHeader(ushort Type, ushort Id, ushort PriorityBits)
{
    public static VlanHeader Of(ushort type, ushort tci) =>
        (tci & FlowKey.VlanPresent) == 0 || !EtherType.IsVlan(type) ? default : new(type, (ushort)(tci & 0xfff), (ushort)(tci & 0xe000));

    /// <summary>As written into a frame: a header without id and priority is none, unless <paramref name="always"/>.</summary>
    public void Write(bool always, out ushort type, out ushort tci)
    {
        tci = (ushort)(Id | PriorityBits);
        type = 0;
        if (tci == 0 && !(always && Type != 0)) return;
        tci |= FlowKey.VlanPresent;
        type = Type != 0 ? Type : EtherType.Vlan;
    }
}

/// <summary>The two outer VLAN headers of a frame, on the wire or inside the bridge (OVS: <c>struct xvlan</c>).</summary>
internal readonly record struct VlanTags(VlanHeader Outer, VlanHeader Inner)
{
    public static VlanTags Of(ref FlowKey key)
    {
        var outer = VlanHeader.Of(key.VlanTpid, key.VlanTci);
        return outer.Type == 0 ? default : new(outer, VlanHeader.Of(key.InnerVlanTpid, key.InnerVlanTci));
    }

    /// <summary>Inside the bridge, of a frame received so (OVS: <c>xvlan_input_translate</c>).</summary>
    public VlanTags ReceivedBy(VlanSettings port)
    {
        var own = new VlanHeader(Outer.Type != 0 ? Outer.Type : EtherType.Vlan, port.EffectiveTag ?? 0, Outer.PriorityBits);
        return port.EffectiveMode switch
        {
            VlanMode.Access => new(own, default),
            VlanMode.Trunk => this,
            VlanMode.Dot1qTunnel => new(new(port.QinqEthType, port.EffectiveTag ?? 0, 0), Outer),
            _ => Outer.Id == 0 ? this with { Outer = own } : this,
        };
    }

    /// <summary>On the wire, of a frame sent by a port (OVS: <c>xvlan_output_translate</c>).</summary>
    public VlanTags SentBy(VlanSettings port) => port.EffectiveMode switch
    {
        VlanMode.Access => default,
        VlanMode.NativeUntagged when Outer.Id == port.EffectiveTag => new(Inner, default),
        VlanMode.Dot1qTunnel => new(Inner, default),
        _ => this,
    };
}
