using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fabric.Topology;

/// <summary>
/// Turns YAML text into <see cref="ConfigNode"/>s, with places and within bounds: one document, no anchors or aliases (so no text can
/// unfold to more than itself), no tags (so nothing is included or constructed), at most <see cref="MaxDepth"/> levels.
/// </summary>
internal sealed class YamlTree
{
    public const int MaxDepth = 16;

    private readonly Parser _parser;
    private readonly ErrorList _errors;

    private YamlTree(string text, ErrorList errors)
    {
        _parser = new Parser(new StringReader(text));
        _errors = errors;
    }

    /// <returns>False when there is no tree; the reason is in <paramref name="errors"/>.</returns>
    public static bool TryParse(string text, ErrorList errors, out ConfigNode root)
    {
        root = new ConfigNode { Kind = ConfigKind.Scalar, Line = 1, Column = 1 };
        var tree = new YamlTree(text, errors);
        try
        {
            tree._parser.Consume<StreamStart>();
            if (!tree._parser.TryConsume<DocumentStart>(out _))
            {
                errors.Add(1, 1, "", "the file is empty");
                return false;
            }

            root = tree.Node("", 0);
            tree._parser.Consume<DocumentEnd>();
            if (tree._parser.Accept<DocumentStart>(out var second))
                throw new Refusal(second.Start, "", "a second document: a topology file has one");

            return true;
        }
        catch (Refusal refusal)
        {
            errors.Add((int)refusal.At.Line, (int)refusal.At.Column, refusal.Key, refusal.Message);
        }
        catch (YamlException e)
        {
            errors.Add(Math.Max(1, (int)e.Start.Line), Math.Max(1, (int)e.Start.Column), "", $"not YAML: {FirstSentence(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The library's scanner trips over some broken texts instead of saying what is wrong; the last event is as near as we know.
            var near = tree._parser.Current?.End ?? Mark.Empty;
            errors.Add(Math.Max(1, (int)near.Line), Math.Max(1, (int)near.Column), "", "not YAML from here on");
        }

        return false;
    }

    private ConfigNode Node(string path, int depth)
    {
        if (depth > MaxDepth)
            throw new Refusal(_parser.Current!.Start, path, $"nested deeper than {MaxDepth} levels");

        if (_parser.Accept<AnchorAlias>(out var alias))
            throw new Refusal(alias.Start, path, "aliases are not allowed: write the value out");

        if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            throw new Refusal(anchored.Start, path, "anchors are not allowed: write the value out");

        if (_parser.Current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } } tagged)
            throw new Refusal(tagged.Start, path, $"the tag {tagged.Tag} is not allowed");

        if (_parser.TryConsume<SequenceStart>(out var list))
            return List(list, path, depth);

        if (_parser.TryConsume<MappingStart>(out var map))
            return Map(map, path, depth);

        return Scalar(_parser.Consume<Scalar>());
    }

    private static ConfigNode Scalar(Scalar scalar)
    {
        bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "~" or "null";
        return new ConfigNode
        {
            Kind = ConfigKind.Scalar,
            Line = (int)scalar.Start.Line,
            Column = (int)scalar.Start.Column,
            Text = isNull ? "" : scalar.Value,
        };
    }

    private ConfigNode List(SequenceStart start, string path, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node($"{path}[{items.Count}]", depth + 1));

        return new ConfigNode
        {
            Kind = ConfigKind.List,
            Line = (int)start.Start.Line,
            Column = (int)start.Start.Column,
            Items = items,
        };
    }

    private ConfigNode Map(MappingStart start, string path, int depth)
    {
        var entries = new List<ConfigEntry>();
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(path, depth + 1);
            if (key.Kind != ConfigKind.Scalar)
                throw new Refusal(new Mark(0, key.Line, key.Column), path, "a key must be a plain word");

            string keyPath = path.Length == 0 ? key.Text : $"{path}.{key.Text}";
            var value = Node(keyPath, depth + 1);
            if (keys.TryAdd(key.Text, key.Line))
                entries.Add(new ConfigEntry(key, value));
            else
                _errors.Add(key, keyPath, $"the key is already given in line {keys[key.Text]}");
        }

        return new ConfigNode
        {
            Kind = ConfigKind.Map,
            Line = (int)start.Start.Line,
            Column = (int)start.Start.Column,
            Entries = entries,
        };
    }

    /// <summary>The parser's messages may quote the text at length.</summary>
    private static string FirstSentence(string message)
    {
        string line = message.Split('\n')[0].Trim();
        return line.Length <= 160 ? line : line[..160];
    }

    private sealed class Refusal(Mark at, string key, string message) : Exception(message)
    {
        public Mark At => at;
        public string Key => key;
    }
}
