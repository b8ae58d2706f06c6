using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Bonds: <c>bond/*</c>. The names with "slave" are the older ones, which still work and are not listed.</summary>
internal static class BondCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var agent = context.Agent;
        registry.Add("bond/list", "", 0, 0, _ => List(agent));
        registry.Add("bond/show", "[port]", 0, 1, call => Show(agent, call));
        registry.Add("bond/migrate", "port hash member", 3, 3, call => Migrate(agent, call));
        registry.Add("bond/hash", "mac [vlan] [basis]", 1, 3, Hash);
        foreach (var (word, usage) in (ReadOnlySpan<(string, string?)>)[("member", "port member"), ("slave", null)])
        {
            registry.Add($"bond/set-active-{word}", usage, 2, 2, call => WithMember(agent, call, 1, SetActive));
            registry.Add($"bond/enable-{word}", usage, 2, 2, call => WithMember(agent, call, 1, (bond, member) =>
            {
                bond.SetEnabled(member, true);
                return UnixctlReply.Ok("enabled");
            }));
            registry.Add($"bond/disable-{word}", usage, 2, 2, call => WithMember(agent, call, 1, (bond, member) =>
            {
                bond.SetEnabled(member, false);
                return UnixctlReply.Ok("disabled");
            }));
        }
    }

    private static IEnumerable<AgentBond> Bonds(OvsAgent agent) => agent.Bridges.SelectMany(b => b.Bonds);

    private static AgentBond? Find(OvsAgent agent, string name) => Bonds(agent).FirstOrDefault(b => b.Name == name);

    private static string ModeText(BondMode mode) => mode switch
    {
        BondMode.ActiveBackup => "active-backup",
        BondMode.BalanceSlb => "balance-slb",
        _ => "balance-tcp",
    };

    private static UnixctlReply WithMember(
        OvsAgent agent, UnixctlCall call, int memberIndex, Func<AgentBond, BondMember, UnixctlReply> run)
    {
        if (Find(agent, call[0]) is not { } bond) return UnixctlReply.Fail("no such bond");
        return bond.FindMember(call[memberIndex]) is { } member ? run(bond, member) : UnixctlReply.Fail("no such member");
    }

    private static UnixctlReply SetActive(AgentBond bond, BondMember member)
    {
        if (bond.Active == member) return UnixctlReply.Ok("no change");
        return bond.TrySetActive(member) ? UnixctlReply.Ok("done") : UnixctlReply.Fail("cannot make disabled member active");
    }

    private static UnixctlReply Migrate(OvsAgent agent, UnixctlCall call)
    {
        if (Find(agent, call[0]) is not { } bond) return UnixctlReply.Fail("no such bond");
        if (bond.Settings.Mode != BondMode.BalanceSlb) return UnixctlReply.Fail("not an SLB bond");
        if (!call[1].All(char.IsAsciiDigit)) return UnixctlReply.Fail("bad hash");
        var bucket = ScanText.Atoi(call[1]) & (AgentBond.BucketCount - 1);
        if (bond.FindMember(call[2]) is not { } member) return UnixctlReply.Fail("no such member");
        return bond.TryMigrate(bucket, member) ? UnixctlReply.Ok("migrated") : UnixctlReply.Fail("cannot migrate to disabled member");
    }

    private static UnixctlReply Hash(UnixctlCall call)
    {
        uint vlan = 0, basis = 0;
        if (call.Count > 1 && !ScanText.TryUnsigned(call[1], out vlan)) return UnixctlReply.Fail("invalid vlan");
        if (call.Count > 2 && !ScanText.TryUnsigned(call[2], out basis)) return UnixctlReply.Fail("invalid basis");
        if (!MacAddress.TryParse(call[0], out var mac)) return UnixctlReply.Fail("invalid mac");
        var hash = OvsHash.Mac(mac, (ushort)vlan, basis) & (AgentBond.BucketCount - 1);
        return UnixctlReply.Ok(hash.ToString(CultureInfo.InvariantCulture));
    }

    private static UnixctlReply List(OvsAgent agent)
    {
        var text = new StringBuilder("bond\ttype\trecircID\tmembers\n");
        foreach (var bond in Bonds(agent))
            text.Append(CultureInfo.InvariantCulture, $"{bond.Name}\t{ModeText(bond.Settings.Mode)}\t{bond.RecircId}\t")
                .AppendJoin(", ", bond.Members.Select(m => m.Port.Name)).Append('\n');
        return UnixctlReply.Ok(text.ToString());
    }

    private static UnixctlReply Show(OvsAgent agent, UnixctlCall call)
    {
        var text = new StringBuilder();
        if (call.Count > 0)
        {
            if (Find(agent, call[0]) is not { } one) return UnixctlReply.Fail("no such bond");
            Describe(text, one, call.NowMs);
        }
        else
        {
            foreach (var bond in Bonds(agent)) Describe(text, bond, call.NowMs);
        }

        return UnixctlReply.Ok(text.ToString());
    }

    private static void Describe(StringBuilder text, AgentBond bond, long nowMs)
    {
        static string TrueFalse(bool value) => value ? "true" : "false";
        var settings = bond.Settings;
        var recirc = bond.MayRecirculate ? (long)bond.RecircId : -1;
        text.Append(CultureInfo.InvariantCulture, $"---- {bond.Name} ----\nbond_mode: {ModeText(settings.Mode)}\n");
        var may = bond.MayRecirculate ? "yes" : "no";
        text.Append(CultureInfo.InvariantCulture, $"bond may use recirculation: {may}, Recirc-ID : {recirc}\n");
        text.Append(CultureInfo.InvariantCulture, $"bond-hash-basis: {settings.HashBasis}\nlb_output action: disabled, bond-id: -1\n");
        if (settings.Mode == BondMode.BalanceSlb) text.Append($"all members active: {TrueFalse(settings.AllMembersActive)}\n");
        text.Append(CultureInfo.InvariantCulture, $"updelay: {settings.UpDelayMs} ms\ndowndelay: {settings.DownDelayMs} ms\n");
        if (bond.IsBalanced) text.Append(CultureInfo.InvariantCulture, $"next rebalance: {bond.NextRebalanceMs - nowMs} ms\n");
        var lacp = bond.LacpStatus switch { LacpStatus.Negotiated => "negotiated", LacpStatus.Configured => "configured", _ => "off" };
        text.Append($"lacp_status: {lacp}\nlacp_fallback_ab: {TrueFalse(settings.HasLacpFallback)}\n");
        var missing = settings.Primary is { } primary && bond.FindMember(primary) is null ? " (no such member)" : "";
        text.Append($"active-backup primary: {settings.Primary ?? "<none>"}{missing}\n");
        var owner = bond.Members.FirstOrDefault(m => m.Port.Settings.Mac == bond.ActiveMac)?.Port.Name ?? "none";
        text.Append($"active member mac: {bond.ActiveMac ?? default}({owner})\n");
        foreach (var member in bond.Members.OrderBy(m => m.Port.Name, StringComparer.Ordinal))
        {
            text.Append($"\nmember {member.Port.Name}: {(member.IsEnabled ? "enabled" : "disabled")}\n");
            if (member == bond.Active) text.Append("  active member\n");
            if (member.DelayExpiresMs is { } delay)
                text.Append(CultureInfo.InvariantCulture,
                    $"  {(member.IsEnabled ? "downdelay" : "updelay")} expires in {delay - nowMs} ms\n");
            text.Append($"  may_enable: {TrueFalse(member.MayEnable && member.Port.IsUp)}\n");
            if (!bond.IsBalanced) continue;
            foreach (var bucket in bond.Buckets.Where(b => b.Member == member && b.TxBytes >= 1024))
                text.Append(CultureInfo.InvariantCulture, $"  hash {bucket.Hash}: {bucket.TxBytes / 1024} kB load\n");
        }

        text.Append('\n');
    }
}
