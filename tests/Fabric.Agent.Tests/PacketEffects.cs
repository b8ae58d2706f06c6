using Fabric.Flow;

namespace Fabric.Agent.Tests;

/// <summary>
/// What a list of datapath actions sends where: each output with every header that its packet has then. Lists that set the same bits by
/// different actions have the same effect.
/// </summary>
internal static class PacketEffects
{
    public static string Of(DatapathActions actions, FlowKey packet)
    {
        var outputs = new List<string>();
        Run(actions, ref packet, outputs);
        return string.Join("\n", outputs);
    }

    private static void Run(DatapathActions actions, ref FlowKey packet, List<string> outputs)
    {
        var (outer, cut) = ("", "");
        foreach (var action in actions)
        {
            switch (action)
            {
                case SetAction set:
                    var mask = set.Mask;
                    var value = set.Value;
                    for (var i = 0; i < FlowKey.MatchSize; i++)
                    {
                        var bits = FlowKey.MatchBytes(ref mask.Bits)[i];
                        ref var old = ref FlowKey.MatchBytes(ref packet)[i];
                        old = (byte)((old & ~bits) | (FlowKey.MatchBytes(ref value)[i] & bits));
                    }

                    break;
                case PopVlanAction:
                    (packet.VlanTci, packet.VlanTpid) = (packet.InnerVlanTci, packet.InnerVlanTpid);
                    (packet.InnerVlanTci, packet.InnerVlanTpid) = (0, 0);
                    break;
                case PushVlanAction push:
                    (packet.InnerVlanTci, packet.InnerVlanTpid) = (packet.VlanTci, packet.VlanTpid);
                    (packet.VlanTci, packet.VlanTpid) = (push.Tci, push.Tpid);
                    break;
                case SetTunnelAction tunnel:
                    outer = new DatapathActions(tunnel).ToString();
                    break;
                case CloneAction clone:
                    var copy = packet;
                    Run(clone.Actions, ref copy, outputs);
                    break;
                case TruncAction trunc:
                    cut = trunc.ToString();
                    break;
                case DropAction:
                    break;
                case OutputAction output:
                    packet.Normalize();
                    outputs.Add($"{output.Port} {Convert.ToHexString(FlowKey.MatchBytes(ref packet))} {outer} {cut}");
                    cut = "";
                    break;
                default:
                    outputs.Add(new DatapathActions(action).ToString());
                    break;
            }
        }
    }
}
