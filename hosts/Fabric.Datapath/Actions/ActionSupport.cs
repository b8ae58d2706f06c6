using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// Which tier can execute a list of actions. A reason is null when the tier can; else it names the first action that it cannot, for
/// <see cref="DatapathFlow.OffloadReason"/> and for people.
/// </summary>
public readonly record struct ActionSupport(string? NicReason, string? KernelReason)
{
    public bool OnNic => NicReason is null;

    public bool OnKernel => KernelReason is null;

    public static ActionSupport Of(DatapathActions actions)
    {
        string? nic = null, kernel = null;
        Judge(actions, 0, ref nic, ref kernel);
        return new ActionSupport(nic, kernel);
    }

    private static void Judge(DatapathActions actions, int nesting, ref string? nic, ref string? kernel)
    {
        if (nesting > ActionProgram.MaxNesting)
        {
            kernel ??= $"actions are nested more than {ActionProgram.MaxNesting} deep";
            nic ??= kernel;
            return;
        }

        foreach (var action in actions.Span)
        {
            switch (action)
            {
                case MeterAction:
                    nic ??= "meters are kept on the host";
                    break;
                case CtAction or CtClearAction:
                    nic ??= "connections are tracked on the host";
                    break;
                case OutputAction { Port.Value: 0 }:
                    nic ??= "output to the host's own port";
                    break;
                case UserspaceAction:
                    nic ??= "userspace is executed on the host";
                    break;
                case RecircAction:
                    nic ??= "recirc needs a second lookup, which the NIC does not do";
                    break;
                case HashAction:
                    nic ??= "the NIC does not compute dp_hash";
                    break;
                case PushEthAction or PopEthAction:
                    nic ??= "the NIC does not carry packets without an Ethernet header";
                    break;
                case SampleAction sample:
                    nic ??= "sample is executed on the host";
                    Judge(sample.Actions, nesting + 1, ref nic, ref kernel);
                    break;
                case CheckPacketLengthAction check:
                    nic ??= "check_pkt_len is executed on the host";
                    Judge(check.Greater, nesting + 1, ref nic, ref kernel);
                    Judge(check.LessOrEqual, nesting + 1, ref nic, ref kernel);
                    break;
                case CloneAction clone:
                    Judge(clone.Actions, nesting + 1, ref nic, ref kernel);
                    break;
                case SetAction { Group: SetGroup.Arp or SetGroup.NeighbourDiscovery or SetGroup.NeighbourExtensions or SetGroup.Icmp
                    or SetGroup.Icmpv6 } set:
                    nic ??= $"the NIC does not rewrite {set.Group}";
                    break;
            }

            // What the kernel cannot do, the NIC cannot either: it is a copy.
            nic ??= kernel;
        }
    }
}
