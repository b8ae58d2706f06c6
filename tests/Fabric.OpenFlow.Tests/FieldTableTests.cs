namespace Fabric.OpenFlow.Tests;

public class FieldTableTests
{
    [Fact]
    public void Every_field_of_OVS_is_there_but_those_of_the_service_header()
    {
        string[] names =
        [
            "dp_hash", "recirc_id", "packet_type", "conj_id", "tun_id", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "tun_flags",
            "tun_ttl", "tun_tos", "tun_gbp_id", "tun_gbp_flags", "tun_erspan_idx", "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid",
            "tun_gtpu_flags", "tun_gtpu_msgtype", "metadata", "in_port", "in_port_oxm", "actset_output", "skb_priority", "pkt_mark",
            "ct_state", "ct_zone", "ct_mark", "ct_label", "ct_nw_proto", "ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst",
            "ct_tp_src", "ct_tp_dst", "eth_src", "eth_dst", "eth_type", "vlan_tci", "dl_vlan", "vlan_vid", "dl_vlan_pcp", "vlan_pcp",
            "mpls_label",
            "mpls_tc", "mpls_bos", "mpls_ttl", "ip_src", "ip_dst", "ipv6_src", "ipv6_dst", "ipv6_label", "nw_proto", "nw_tos", "ip_dscp",
            "nw_ecn", "nw_ttl", "ip_frag", "arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha", "tcp_src", "tcp_dst", "tcp_flags",
            "udp_src", "udp_dst", "sctp_src", "sctp_dst", "icmp_type", "icmp_code", "icmpv6_type", "icmpv6_code", "nd_target", "nd_sll",
            "nd_tll", "nd_reserved", "nd_options_type", .. Enumerable.Range(0, 64).Select(i => $"tun_metadata{i}"),
            .. Enumerable.Range(0, 16).Select(i => $"reg{i}"), .. Enumerable.Range(0, 8).Select(i => $"xreg{i}"),
            .. Enumerable.Range(0, 4).Select(i => $"xxreg{i}"),
        ];
        // Words of the key that text and the datapath know, and OVS's language does not.
        string[] own = ["mpls_lse", "nw_tos_ecn", "tp_src", "tp_dst"];
        Assert.Equal(names.Concat(own).Order(StringComparer.Ordinal), OpenFlowFields.All.Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Codes_and_names_lead_back_to_their_field()
    {
        foreach (var field in OpenFlowFields.All)
        {
            foreach (var code in field.Codes)
            {
                Assert.True(OpenFlowFields.TryFind(code.Vendor, code.Class, code.Id, out var byCode) && byCode == field, code.Name);
                Assert.True(OpenFlowFields.TryFind(code.Name, out var byName) && byName == field, code.Name);
            }
        }
    }

    [Theory]
    [InlineData("tcp_flags", (OpenFlowVersion)0, "NXM_NX_TCP_FLAGS")]
    [InlineData("tcp_flags", OpenFlowVersion.V12, "NXM_NX_TCP_FLAGS")]
    [InlineData("tcp_flags", OpenFlowVersion.V13, "ONFOXM_ET_TCP_FLAGS")]
    [InlineData("tcp_flags", OpenFlowVersion.V15, "OXM_OF_TCP_FLAGS")]
    [InlineData("actset_output", OpenFlowVersion.V14, "ONFOXM_ET_ACTSET_OUTPUT")]
    [InlineData("dp_hash", OpenFlowVersion.V15, "NXM_NX_DP_HASH")]
    [InlineData("metadata", (OpenFlowVersion)0, "OXM_OF_METADATA")]
    [InlineData("eth_src", OpenFlowVersion.V10, "NXM_OF_ETH_SRC")]
    public void Each_version_has_the_code_that_OVS_prefers(string name, OpenFlowVersion version, string code)
    {
        Assert.True(OpenFlowFields.TryFind(name, out var field));
        Assert.Equal(code, field.CodeFor(version).Name);
    }

    [Fact]
    public void Writing_a_field_changes_its_bits_and_no_others()
    {
        foreach (var field in OpenFlowFields.All.Where(f => f.TunnelIndex is null))
        {
            var key = default(OpenFlowKey);
            OpenFlowKey.AllBytes(ref key).Fill(0xa5);
            var before = OpenFlowKey.AllBytes(ref key).ToArray();
            var old = field.Get(ref key);
            field.Set(ref key, field.IsWidePort ? 0xffffff12 : ~old & field.AllOnes & ~field.Kept);
            Assert.NotEqual(before, OpenFlowKey.AllBytes(ref key).ToArray());
            field.Set(ref key, old);
            Assert.Equal(before, OpenFlowKey.AllBytes(ref key).ToArray());
        }
    }

    [Fact]
    public void The_ECN_bits_stay_when_the_byte_around_them_is_set()
    {
        var key = default(OpenFlowKey);
        key.Packet.NwTos = 0x03;
        OpenFlowFields.NwTos.Set(ref key, 0xb8);
        Assert.Equal(0xbb, key.Packet.NwTos);
        Assert.Equal((UInt128)0xb8, OpenFlowFields.NwTos.Get(ref key));
    }
}
