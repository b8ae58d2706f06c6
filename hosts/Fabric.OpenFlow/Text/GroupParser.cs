using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Reads groups. All else comes before the buckets, for their defaults depend on the type.</summary>
internal sealed class GroupParser
{
    private const uint MaxBucket = 0xffffff00;

    private readonly string _text;
    private readonly GroupCommand _command;
    private readonly IOpenFlowPorts _ports;
    private readonly List<FieldMask> _fields = [];
    private GroupMod _group;
    private bool _hasType;
    private bool _hasCommandBucket;

    public GroupParser(string text, GroupCommand command, IOpenFlowPorts ports)
    {
        _text = text;
        _command = command;
        _ports = ports;
        _group = new GroupMod { Command = command, GroupId = GroupMod.AnyGroup };
    }

    private bool TakesType => _command is GroupCommand.Add or GroupCommand.Modify or GroupCommand.AddOrModify;

    public bool TryParse(int headEnd, [NotNullWhen(true)] out GroupMod? group, [NotNullWhen(false)] out string? error)
    {
        group = null;
        var reader = new KeyValueReader(_text, 0, headEnd);
        while (reader.Next(out error))
        {
            if (Apply(reader.Key, reader.Value) is not { } problem) continue;
            error = RuleText.At(_text, reader.Position, problem);
            return false;
        }

        if (error is not null) return false;
        if ((Complete() ?? ReadBuckets(headEnd)) is { } wrong)
        {
            error = RuleText.At(_text, Math.Min(headEnd, _text.Length), wrong);
            return false;
        }

        group = _group;
        return true;
    }

    private string? Apply(string key, string value)
    {
        string? problem = null;
        switch (key)
        {
            case "command_bucket_id": return CommandBucket(value);
            case "group_id":
                if (value == "all") _group = _group with { GroupId = GroupMod.AllGroups };
                else if (!TryNumber(value, GroupMod.MaxGroup, out var id) && id != GroupMod.AllGroups)
                    return $"'{value}' is not a group (0 to {GroupMod.MaxGroup}, or all)";
                else _group = _group with { GroupId = (uint)id };
                return null;
            case "type" when TakesType:
                _hasType = true;
                var isType = GroupText.TryParseType(value, out var type);
                _group = _group with { Type = type };
                return isType ? null : $"'{value}' is not a type; types are all, select, indirect, ff";
            case "selection_method" when TakesType:
                _group = _group with { Properties = _group.Properties with { SelectionMethod = value } };
                return value.Length < 16 ? null : "a selection method has at most 15 letters";
            case "selection_method_param" when TakesType:
                if (!TryNumber(value, ulong.MaxValue, out var parameter)) problem = $"'{value}' is not a number of at most 64 bits";
                _group = _group with { Properties = _group.Properties with { SelectionParameter = (ulong)parameter } };
                return problem;
            case "fields" when TakesType: return Fields(value);
            default: return $"'{key}' is not a word of this command";
        }
    }

    private string? CommandBucket(string value)
    {
        if (_command is not (GroupCommand.InsertBucket or GroupCommand.RemoveBucket))
            return "command_bucket_id is not a word of this command";
        uint? id = value switch
        {
            "all" => GroupMod.AllBuckets,
            "first" => GroupMod.FirstBucket,
            "last" => GroupMod.LastBucket,
            _ => TryNumber(value, uint.MaxValue, out var number) && (number <= MaxBucket || number >= GroupMod.FirstBucket)
                ? (uint)number : null,
        };
        if (id is not { } known) return $"'{value}' is not a bucket (a number, first, last or all)";
        _hasCommandBucket = true;
        _group = _group with { CommandBucketId = known };
        return known == GroupMod.AllBuckets && _command == GroupCommand.InsertBucket ? "a bucket cannot be inserted behind all" : null;
    }

    private string? Fields(string value)
    {
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out var error))
        {
            if (!F.TryFind(reader.Key, out var field)) return $"'{reader.Key}' is not a field";
            if (_fields.Exists(f => f.Field == field)) return $"{field.Name} stands twice";
            var mask = field.AllOnes;
            if (reader.Value.Length > 0)
            {
                if (!FieldText.TryParse(field, reader.Value, _ports, out mask, out var exact, out error)) return error;
                if (exact != field.AllOnes) return $"'{reader.Value}' is a mask already, it cannot have one";
                if (mask == 0) return $"the mask of {field.Name} is all zeros";
                if (!field.IsMaskable && mask != field.AllOnes) return $"{field.Name} cannot be masked";
            }

            _fields.Add(new FieldMask(field, mask));
        }

        return null;
    }

    private string? Complete()
    {
        if (_group.GroupId == GroupMod.AnyGroup) return "the group has no group_id";
        if (TakesType && !_hasType) return "the group has no type";
        if (_group.Properties.SelectionMethod != "hash" && _fields.Count > 0) return "fields need selection_method=hash";
        if (_group.Properties is { SelectionMethod: "", SelectionParameter: not 0 })
            return "selection_method_param needs selection_method";
        if (_command == GroupCommand.InsertBucket && !_hasCommandBucket) return "insert-buckets needs command_bucket_id";
        var order = F.All.Select((f, i) => (f, i)).ToDictionary(p => p.f, p => p.i);
        var sorted = _fields.OrderBy(f => order[f.Field]).ToArray();
        _group = _group with { Properties = _group.Properties with { Fields = new(sorted) } };
        return null;
    }

    private string? ReadBuckets(int start)
    {
        if (start >= _text.Length) return null;
        if (_command is GroupCommand.Delete or GroupCommand.RemoveBucket) return "this command takes no buckets";
        var buckets = new List<GroupBucket>();
        while (start < _text.Length)
        {
            var from = _text.IndexOf('=', start) + 1;
            var next = _text.IndexOf("bucket=", from, StringComparison.Ordinal);
            var to = next < 0 ? _text.Length : next;
            if (Bucket(_text[from..to], out var bucket) is { } problem) return problem;
            if (_command != GroupCommand.InsertBucket && _group.Type != GroupType.Select && bucket!.Weight != 0)
                return "only buckets of select groups have a weight";
            buckets.Add(bucket!);
            start = to;
        }

        if (_group.Type == GroupType.Indirect && buckets.Count > 1) return "an indirect group has at most one bucket";
        _group = _group with { Buckets = Number(buckets) };
        return null;
    }

    private static List<GroupBucket> Number(List<GroupBucket> buckets)
    {
        var taken = buckets.Select(b => b.Id).ToHashSet();
        uint next = 0;
        for (var i = 0; i < buckets.Count; i++)
        {
            if (buckets[i].Id != GroupMod.AllBuckets) continue;
            while (!taken.Add(next)) next++;
            buckets[i] = buckets[i] with { Id = next };
        }

        return buckets;
    }

    private string? Bucket(string text, out GroupBucket? bucket)
    {
        bucket = null;
        var draft = new GroupBucket(GroupMod.AllBuckets) { Weight = (ushort)(_group.Type == GroupType.Select ? 1 : 0) };
        var actions = new List<string>();
        var reader = new KeyValueReader(text, 0, text.Length);
        while (reader.Next(out var error))
        {
            var (key, value) = (reader.Key, reader.Value);
            if (key.Equals("action", StringComparison.OrdinalIgnoreCase) || key.Equals("actions", StringComparison.OrdinalIgnoreCase))
                actions.Add(value);
            else if (!TryOption(ref draft, key.ToUpperInvariant(), value, out error)) actions.Add($"{key}({value})");
            if (error is not null) return error;
        }

        if (actions.Count == 0) return "a bucket needs actions";
        if (_group.Type == GroupType.FastFailover && draft.WatchPort == OfpPort.None && draft.WatchGroup == GroupMod.AnyGroup)
            return "a bucket of a fast failover group needs watch_port or watch_group";
        if (!ActionText.TryParseActions(string.Join(',', actions), _ports, null, out var list, out var problem)) return problem;
        bucket = draft with { Actions = list };
        return null;
    }

    private bool TryOption(ref GroupBucket draft, string key, string value, out string? error)
    {
        error = null;
        UInt128 number = 0;
        switch (key)
        {
            case "WEIGHT":
                if (!TryNumber(value, ushort.MaxValue, out number)) error = $"'{value}' is not a weight (0 to 65535)";
                draft = draft with { Weight = (ushort)number };
                return true;
            case "WATCH_PORT":
                if (!PortText.TryParse(value, _ports, out var port)
                    || (port.IsReserved && port != OfpPort.None && port != OfpPort.Controller))
                    error = $"'{value}' is not a port that can be watched";
                draft = draft with { WatchPort = port };
                return true;
            case "WATCH_GROUP":
                if (!TryNumber(value, GroupMod.MaxGroup, out number)) error = $"'{value}' is not a group (0 to {GroupMod.MaxGroup})";
                draft = draft with { WatchGroup = (uint)number };
                return true;
            case "BUCKET_ID":
                if (!TryNumber(value, MaxBucket, out number)) error = $"'{value}' is not a bucket id (0 to {MaxBucket})";
                draft = draft with { Id = (uint)number };
                return true;
            default: return false;
        }
    }

    private static bool TryNumber(string text, UInt128 max, out UInt128 number) =>
        FieldText.TryParseNumber(text, out number) && number <= max;
}
