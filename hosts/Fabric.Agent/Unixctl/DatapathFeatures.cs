using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>
/// What a datapath can do, as <c>dpif/show-dp-features</c> lists it (OVS: <c>struct dpif_backer_support</c>), and what of it the operator
/// lets the agent use. Values are true/false, or a number. Equal to those of OVS's own user-space datapath but for what Fabric does not
/// do: the agent makes no outer headers, bonds are not balanced by the datapath, and labels are not put in front of Ethernet headers.
/// </summary>
public sealed class DatapathFeatures
{
    private readonly List<Feature> _features = [];

    /// <summary>What the row in the database tells beside them: connections can be flushed by their tuples.</summary>
    private const string FlushesConnections = "ct_flush";

    public DatapathFeatures()
    {
        AddFlags(("masked_set_action", "Masked set action", true), ("tnl_push_pop", "Tunnel push pop", false),
            ("ufid", "Ufid", true), ("trunc", "Truncate action", true), ("clone", "Clone action", true));
        _features.Add(new Feature("sample_nesting", "Sample nesting", 10, isFlag: false));
        AddFlags(("ct_eventmask", "Conntrack eventmask", true), ("ct_clear", "Conntrack clear", true));
        _features.Add(new Feature("max_hash_alg", "Max dp_hash algorithm", 1, isFlag: false));
        AddFlags(("check_pkt_len", "Check pkt length action", true), ("ct_timeout", "Conntrack timeout policy", true),
            ("explicit_drop_action", "Explicit Drop action", true), ("lb_output_action", "Optimized Balance TCP mode", false),
            ("ct_zero_snat", "Conntrack all-zero IP SNAT", true), ("add_mpls", "MPLS Label add", false));
        _features.Add(new Feature("max_vlan_headers", "Max VLAN headers", 2, isFlag: false));
        _features.Add(new Feature("max_mpls_depth", "Max MPLS depth", 3, isFlag: false));
        AddFlags(("recirc", "Recirc", true), ("ct_state", "CT state", true), ("ct_zone", "CT zone", true),
            ("ct_mark", "CT mark", true), ("ct_label", "CT label", true), ("ct_state_nat", "CT state NAT", true),
            ("ct_orig_tuple", "CT orig tuple", true), ("ct_orig_tuple6", "CT orig tuple for IPv6", true),
            ("nd_ext", "IPv6 ND Extension", true));
    }

    /// <summary>May <c>clone</c>, <c>trunc</c> and <c>check_pkt_len</c> be used?</summary>
    internal bool HasClone => Find("clone");

    internal bool HasTrunc => Find("trunc");

    internal bool HasCheckPacketLength => Find("check_pkt_len");

    /// <summary>How deep <c>sample</c> may stand in itself.</summary>
    internal int SampleNesting => _features.Find(f => f.Name == "sample_nesting")!.Now;

    /// <summary>Names and values that the agent may use, as <c>Datapath.capabilities</c> holds them.</summary>
    public Dictionary<string, string> Capabilities => new(
        _features.Select(f => KeyValuePair.Create(f.Name, f.Name == "sample_nesting" ? f.Now > 0 ? "true" : "false" : f.Text(f.Now)))
            .Append(KeyValuePair.Create(FlushesConnections, "true")));

    /// <summary>Tags that flows can tell apart, by the operator's limit (OVS: <c>other_config:vlan-limit</c>).</summary>
    internal void LimitVlanHeaders(int limit)
    {
        var feature = _features.Find(f => f.Name == "max_vlan_headers")!;
        (feature.AtBoot, feature.Now) = (limit, limit);
    }

    /// <summary>As <c>dpif/show-dp-features</c>.</summary>
    public string Format()
    {
        var text = new StringBuilder();
        foreach (var feature in _features)
            text.Append($"{feature.Title}: {(feature.IsFlag ? feature.Now != 0 ? "Yes" : "No" : feature.Text(feature.Now))}\n");
        return text.ToString();
    }

    /// <summary>As <c>dpif/set-dp-features BRIDGE</c> with a feature or, with null, with none.</summary>
    public string Describe(string? name)
    {
        var shown = _features.Where(f => name is null || f.Name == name).ToList();
        if (shown.Count == 0) return "Unexpected support field";
        return string.Concat(shown.Select(f =>
            $"{f.Name} ({f.Title}) : [run time]:{f.Text(f.Now)}, [boot time]:{f.Text(f.AtBoot)}\n"));
    }

    /// <summary>Sets what may be used; returns OVS's complaint, or null when it is done.</summary>
    public string? Set(string name, string value)
    {
        if (_features.Find(f => f.Name == name) is not { } feature) return "Unexpected support field";
        if (feature.IsFlag)
        {
            var isTrue = value.Equals("true", StringComparison.OrdinalIgnoreCase);
            if (!isTrue && !value.Equals("false", StringComparison.OrdinalIgnoreCase)) return "Boolean value expected";
            if (isTrue && feature.AtBoot == 0) return "Can not enable features not supported by the datapth";
            feature.Now = isTrue ? 1 : 0;
            return null;
        }

        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return "Integer number expected";
        if (number < 0) return "Negative number not expected";
        if (number > feature.AtBoot) return "Can not set value beyond the datapath capability";
        feature.Now = number;
        return null;
    }

    private bool Find(string name) => _features.Find(f => f.Name == name)!.Now != 0;

    private void AddFlags(params ReadOnlySpan<(string Name, string Title, bool IsOn)> flags)
    {
        foreach (var (name, title, isOn) in flags) _features.Add(new Feature(name, title, isOn ? 1 : 0, isFlag: true));
    }

    private sealed class Feature(string name, string title, int atBoot, bool isFlag)
    {
        public string Name => name;

        public string Title => title;

        public bool IsFlag => isFlag;

        public int AtBoot { get; set; } = atBoot;

        public int Now { get; set; } = atBoot;

        public string Text(int value) => isFlag ? value != 0 ? "true" : "false" : value.ToString(CultureInfo.InvariantCulture);
    }
}
