using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>One public top-level type per file.</summary>
public static partial class PublicTypeRule
{
    /// <summary>
    /// Files that hold a closed set: an abstract record and the one-line records derived from it. Read side by side they are the list of
    /// what
    /// there is; one file each would hide that. Nothing else may be in such a file.
    /// </summary>
    private static readonly Dictionary<string, string> ClosedSets = new()
    {
        ["wire/Fabric.Flow/Actions/DatapathAction.cs"] = "the actions of the datapath",
        ["wire/Fabric.Flow/Conntrack/CtRequest.cs"] = "what the agent asks of connection tracking",
        ["tunnels/Fabric.Tunnels/Tables/TunnelUpdate.cs"] = "what a host tells a NIC about tunnels",
        ["actors/Fabric.Actors/Hosts/KernelCommand.cs"] = "what the agent tells the kernel datapath",
        ["hosts/Fabric.OpenFlow/Actions/OpenFlowAction.cs"] = "the actions of OpenFlow",
        ["hosts/Fabric.OpenFlow/Messages/OpenFlowMessage.cs"] = "the messages of OpenFlow",
        ["hosts/Fabric.OpenFlow/Messages/MultipartRequest.cs"] = "questions that may have long answers",
        ["hosts/Fabric.OpenFlow/Messages/MultipartReply.cs"] = "answers to them",
        ["nic/Fabric.Nic/Pcie/PcieMessage.cs"] = "the control messages of the PCIe channel",
    };

    public static IEnumerable<string> Violations(SourceFile file) => Violations(file, ClosedSets.ContainsKey(file.Path));

    public static IEnumerable<string> Violations(SourceFile file, bool isClosedSet)
    {
        List<TypeOutline> types =
            [.. CSharpOutline.Of(file).Types.Where(t => t is { IsTopLevel: true, IsPublic: true }).DistinctBy(t => t.Name)];
        if (types.Count <= 1)
            return [];

        if (!isClosedSet)
            return [$"{file.Path}: {types.Count} public types: {string.Join(", ", types.Select(t => t.Name))}"];

        HashSet<string> roots = [types[0].Name, .. types.Where(t => t.IsAbstract).Select(t => t.Name)];
        return types.Skip(1)
            .Where(t => t.Keyword != "record" || !roots.Contains(Parent().Match(t.Header).Groups[1].Value))
            .Select(t => $"{file.Path}: {t.Name} is not one of the records of {types[0].Name}");
    }

    [GeneratedRegex(@": (\w+)(?:\([^)]*\))?$")]
    private static partial Regex Parent();
}
