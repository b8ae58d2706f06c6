namespace Fabric.Interop.Tests;

/// <summary>Conversations that are left out because the real switch is wrong, or its answer is chance.</summary>
internal static class KnownFaults
{
    /// <summary>OVS gives fragments that it let go a mark from memory it has not written, so what it does with them is chance.</summary>
    /// <param name="takesSmall">The switch was told to take small ones, and does not let them go.</param>
    public static bool LeavesFragments(Conversation talk, bool takesSmall = false) =>
        new[] { "doubled", "missing", "too late", "small" }.Any(w => talk.Name.Contains("fragments " + w, StringComparison.Ordinal))
        && !(takesSmall && talk.Name.Contains("fragments small", StringComparison.Ordinal));

    /// <summary>
    /// Where OVS 3.1 is wrong. It corrects the checksum of a translated segment that an ICMP error quotes although it lies behind the
    /// quotation, in memory that is not the packet's, and dies of it some time later. And a set of IPv4 addresses "corrects" in a later
    /// fragment what would be the checksum if there were a UDP header, which Linux's datapath and Fabric's leave alone.
    /// </summary>
    public static bool IsExcepted(RuleSet rules, Conversation talk)
    {
        if (talk.Name.StartsWith("error cut in tcp", StringComparison.Ordinal))
            return rules.Rules.Any(r => r.Contains("nat", StringComparison.Ordinal));
        return rules.Name == "changed between" && talk.Name.StartsWith("fragments", StringComparison.Ordinal);
    }
}
