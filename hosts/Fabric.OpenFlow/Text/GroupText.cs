using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Groups in the syntax of <c>ovs-ofctl add-group</c>, and back as <c>ovs-ofctl dump-groups</c> prints them.</summary>
public static class GroupText
{
    private static readonly string[] TypeNames = ["all", "select", "indirect", "ff"];

    /// <summary>Reads one group. Buckets without an id get the smallest free ones, as they do on the wire.</summary>
    public static bool TryParse(
        string text, GroupCommand command, IOpenFlowPorts ports, [NotNullWhen(true)] out GroupMod? group,
        [NotNullWhen(false)] out string? error)
    {
        group = null;
        error = null;
        if (command == GroupCommand.Delete && text.Length == 0)
        {
            group = new GroupMod { Command = command, GroupId = GroupMod.AllGroups };
            return true;
        }

        var buckets = text.IndexOf("bucket=", StringComparison.Ordinal);
        var parser = new GroupParser(text, command, ports);
        return parser.TryParse(buckets < 0 ? text.Length : buckets, out group, out error);
    }

    /// <summary>Reads a line of a file, which may begin with its command (<c>add</c>, <c>modify</c>, …).</summary>
    public static bool TryParseLine(
        string line, IOpenFlowPorts ports, [NotNullWhen(true)] out GroupMod? group, [NotNullWhen(false)] out string? error)
    {
        var (word, behind) = LineCommand.Split(line);
        GroupCommand? command = word switch
        {
            "add" => GroupCommand.Add,
            "delete" => GroupCommand.Delete,
            "modify" => GroupCommand.Modify,
            "add_or_mod" => GroupCommand.AddOrModify,
            "insert_bucket" => GroupCommand.InsertBucket,
            "remove_bucket" => GroupCommand.RemoveBucket,
            _ => null,
        };
        return TryParse(command is null ? word + behind : behind, command ?? GroupCommand.Add, ports, out group, out error);
    }

    /// <summary>What <c>dump-groups</c> says of a group.</summary>
    /// <param name="showBucketIds">As OpenFlow 1.0 and 1.5 do; the versions between have no such ids.</param>
    public static string Format(
        uint groupId, GroupType type, GroupProperties properties, IReadOnlyList<GroupBucket> buckets, IOpenFlowPorts ports,
        bool showBucketIds = true) =>
        FormatHead(groupId, type, properties).Append(FormatBuckets(type, buckets, ports, showBucketIds)).ToString();

    /// <summary>The request, without the line break that OVS puts in front.</summary>
    public static string Format(GroupMod group, IOpenFlowPorts ports, bool showBucketIds = true)
    {
        var isBucketCommand = group.Command is GroupCommand.InsertBucket or GroupCommand.RemoveBucket;
        var word = group.Command switch
        {
            GroupCommand.Add => "ADD",
            GroupCommand.Modify => "MOD",
            GroupCommand.AddOrModify => "ADD_OR_MOD",
            GroupCommand.Delete => "DEL",
            GroupCommand.InsertBucket => "INSERT_BUCKET",
            _ => "REMOVE_BUCKET",
        };
        var id = isBucketCommand && showBucketIds ? $"command_bucket_id:{FormatBucketId(group.CommandBucketId)}," : "";
        var head = FormatHead(group.GroupId, isBucketCommand ? null : group.Type, group.Properties);
        return $" {word} {id}{head}{FormatBuckets(group.Type, group.Buckets, ports, showBucketIds)}";
    }

    internal static bool TryParseType(string text, out GroupType type)
    {
        var index = Array.IndexOf(TypeNames, text == "fast_failover" ? "ff" : text);
        type = (GroupType)Math.Max(index, 0);
        return index >= 0;
    }

    private static StringBuilder FormatHead(uint groupId, GroupType? type, GroupProperties properties)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"group_id={groupId}");
        if (type is { } known) text.Append(",type=").Append(TypeNames[(int)known]);
        if (properties.SelectionMethod.Length == 0) return text;
        text.Append(",selection_method=").Append(properties.SelectionMethod);
        if (properties.SelectionParameter != 0)
            text.Append(CultureInfo.InvariantCulture, $",selection_method_param={properties.SelectionParameter}");
        if (properties.Fields.Count == 0) return text;
        var fields = string.Join(',', properties.Fields.Select(f => f.Mask == f.Field.AllOnes ? f.Field.Name
            : $"{f.Field.Name}={FieldText.Format(f.Field, f.Mask, f.Field.AllOnes, NoOpenFlowPorts.Instance)}"));
        return properties.Fields.Count == 1 ? text.Append(",fields=").Append(fields) : text.Append(",fields(").Append(fields).Append(')');
    }

    private static string FormatBuckets(GroupType type, IReadOnlyList<GroupBucket> buckets, IOpenFlowPorts ports, bool showBucketIds)
    {
        var text = new StringBuilder();
        foreach (var bucket in buckets)
        {
            text.Append(",bucket=");
            if (showBucketIds) text.Append("bucket_id:").Append(FormatBucketId(bucket.Id)).Append(',');
            if (bucket.Weight != (type == GroupType.Select ? 1 : 0)) text.Append(CultureInfo.InvariantCulture, $"weight:{bucket.Weight},");
            if (bucket.WatchPort != Flow.OfpPort.None) text.Append($"watch_port:{PortText.Format(bucket.WatchPort, ports)},");
            if (bucket.WatchGroup != GroupMod.AnyGroup) text.Append(CultureInfo.InvariantCulture, $"watch_group:{bucket.WatchGroup},");
            text.Append("actions=").Append(ActionText.Format(bucket.Actions, ports));
        }

        return text.ToString();
    }

    private static string FormatBucketId(uint id) => id switch
    {
        GroupMod.FirstBucket => "first",
        GroupMod.LastBucket => "last",
        GroupMod.AllBuckets => "all",
        _ => id.ToString(CultureInfo.InvariantCulture),
    };
}
