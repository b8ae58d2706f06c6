using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>A line of <c>dpctl/ipf-get-status -m</c> (OVS: <c>ipf_dump_create</c>).</summary>
internal static class FragmentText
{
    public static string Describe(FragmentList list)
    {
        var key = list.Key;
        var state = (list.IsClosed, list.HasFirst, list.HasLast) switch
        {
            (true, _, _) => "complete",
            (_, true, true) => "first/last frag",
            (_, true, _) => "first frag",
            (_, _, true) => "last frag",
            _ => "other frag",
        };
        var (source, destination) = (Address(key.Source, key.EthType), Address(key.Destination, key.EthType));
        return FormattableString.Invariant($"(src={source},dst={destination},recirc_id={key.RecircId},ip_id={key.PacketId}")
            + FormattableString.Invariant($",dl_type=0x{key.EthType:x},zone={key.Zone},nw_proto={key.Proto}")
            + FormattableString.Invariant($",num_fragments={list.Fragments.Count},state={state})");
    }

    private static string Address(UInt128 address, ushort ethType) => ethType == EtherType.Ipv4
        ? new Ipv4Address((uint)address).ToString()
        : new Ipv6Address((ulong)(address >> 64), (ulong)address).ToString();
}
