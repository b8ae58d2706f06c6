using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Bits of a packet and their values. Fields, so that they can be passed by reference.</summary>
internal sealed class SplitBits
{
    public OpenFlowKey Mask;
    public OpenFlowKey Value;

    public static SplitBits Of(OpenFlowField field, UInt128 value)
    {
        var bits = new SplitBits();
        field.Set(ref bits.Mask, field.AllOnes);
        field.Set(ref bits.Value, value);
        return bits;
    }

    public void WriteTo(ref OpenFlowKey key)
    {
        for (var i = 0; i < MaskShape.WordCount; i++)
        {
            ref var word = ref MaskShape.Word(ref key, i);
            word = (word & ~MaskShape.Word(ref Mask, i)) | MaskShape.Word(ref Value, i);
        }

        GiveTagType(ref key.Packet);
    }

    /// <summary>A tag has an Ethernet type of its own; as long as nobody asks, this one.</summary>
    public static void GiveTagType(ref FlowKey key)
    {
        if ((key.VlanTci & FlowKey.VlanPresent) != 0 && key.VlanTpid == 0) key.VlanTpid = EtherType.Vlan;
        if ((key.InnerVlanTci & FlowKey.VlanPresent) != 0 && key.InnerVlanTpid == 0) key.InnerVlanTpid = EtherType.Vlan;
    }
}
