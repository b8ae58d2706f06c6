using Fabric.Flow;

namespace Fabric.Agent.Tests;

/// <summary>
/// What a list of actions sends where, without their order: each output with the tags, headers, queue and size that its frame has then.
/// NORMAL floods to ports in an order that OVS takes from a hash table, so lists that differ only in order mean the same.
/// </summary>
public static class OutputEffects
{
    public static string Of(string actions, FlowKey key, TraceGroup group)
    {
        var tags = new List<string>();
        if ((key.InnerVlanTci & FlowKey.VlanPresent) != 0) tags.Add(Tag(key.InnerVlanTpid, key.InnerVlanTci));
        if ((key.VlanTci & FlowKey.VlanPresent) != 0) tags.Add(Tag(key.VlanTpid, key.VlanTci));
        var sets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (cut, outputs) = ("", new List<string>());
        foreach (var word in Split(actions))
        {
            if (word == "pop_vlan") tags.RemoveAt(tags.Count - 1);
            else if (word.StartsWith("push_vlan(", StringComparison.Ordinal)) tags.Add(Pushed(word));
            else if (word.StartsWith("set(", StringComparison.Ordinal)) sets[word[4..word.IndexOf('(', 4)]] = word;
            else if (word.StartsWith("trunc(", StringComparison.Ordinal)) cut = word;
            else if (word == "drop") continue;
            else
            {
                var name = group.HashedMembers.GetValueOrDefault(word, word);
                var headers = string.Join(" ", sets.Values.Where(s => s != "set(skb_priority(0))"));
                outputs.Add($"{name}[{string.Join(" ", tags)}|{headers}|{cut}]");
                cut = "";
            }
        }

        outputs.Sort(StringComparer.Ordinal);
        return string.Join("; ", outputs);
    }

    public static IEnumerable<string> Split(string actions)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < actions.Length; i++)
        {
            if (actions[i] == '(') depth++;
            if (actions[i] == ')') depth--;
            if (actions[i] != ',' || depth > 0) continue;
            yield return actions[start..i];
            start = i + 1;
        }

        yield return actions[start..];
    }

    private static string Tag(ushort type, ushort tci) => $"{type:x4}:{tci & 0xfff}:{tci >> 13}";

    private static string Pushed(string word)
    {
        var values = word["push_vlan(".Length..^1].Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        return $"{values.GetValueOrDefault("tpid", "0x8100")[2..]}:{values["vid"]}:{values["pcp"]}";
    }
}
