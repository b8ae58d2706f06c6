using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>Reads datapath actions (OVS: <c>odp_actions_from_string</c>).</summary>
internal sealed class ActionParser(IPortNames? names)
{
    /// <summary>Deepest nesting of actions in actions (OVS: <c>MAX_ODP_NESTED</c>).</summary>
    private const int MaxDepth = 32;

    public bool TryParse(
        scoped ref TextScanner scanner, [NotNullWhen(true)] out DatapathActions? actions, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (TryReadList(ref scanner, 0, out actions) && scanner.AtEnd) return true;
        error = KeyParser.SyntaxError(scanner.Rest);
        actions = null;
        return false;
    }

    /// <summary>Actions up to a closing parenthesis (not consumed) or the end.</summary>
    private bool TryReadList(ref TextScanner scanner, int depth, [NotNullWhen(true)] out DatapathActions? actions)
    {
        actions = null;
        var read = new List<DatapathAction>();
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.AtEnd || scanner.Peek == ')') break;
            if (!TryRead(ref scanner, depth, out var action)) return false;
            read.Add(action);
            if (!scanner.AtEnd && scanner.Peek is not (',' or ')' or ' ' or '\t' or '\r' or '\n')) return false;
        }

        // A lone drop and no action at all are the same.
        actions = read is [DropAction] ? DatapathActions.Drop : new DatapathActions([.. read]);
        return true;
    }

    public static bool TryReadPort(ref TextScanner scanner, IPortNames? names, out OdpPort port)
    {
        port = default;
        if (scanner.Peek is >= '0' and <= '9')
        {
            if (!scanner.TryNumber(uint.MaxValue, out uint number)) return false;
            port = new OdpPort(number);
            return true;
        }

        return names is not null && names.TryGetPort(scanner.TakeUntil(",) \t\r\n"), out port);
    }

    private bool TryRead(ref TextScanner scanner, int depth, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        if (scanner.Peek is >= '0' and <= '9' || IsPortName(scanner))
        {
            if (!TryReadPort(ref scanner, names, out var port)) return false;
            action = new OutputAction(port);
            return true;
        }

        var word = scanner.TakeUntil("(,) \t\r\n");
        action = word switch
        {
            "drop" => new DropAction(),
            "pop_vlan" => new PopVlanAction(),
            "ct_clear" => new CtClearAction(),
            "pop_eth" => new PopEthAction(),
            _ => null,
        };
        if (action is not null) return true;
        if (word is "ct")
        {
            if (!CtText.TryRead(ref scanner, out var ct)) return false;
            action = new CtAction(ct);
            return true;
        }

        return scanner.TrySkip("(") && TryReadArguments(ref scanner, word, depth, out action);
    }

    private bool IsPortName(TextScanner scanner) => names is not null && names.TryGetPort(scanner.TakeUntil(",) \t\r\n"), out _);

    /// <summary>Reads what follows the opening parenthesis of <paramref name="word"/>.</summary>
    private bool TryReadArguments(
        ref TextScanner scanner, ReadOnlySpan<char> word, int depth, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        switch (word)
        {
            case "userspace":
                if (!UserspaceText.TryRead(ref scanner, names, out var userspace)) return false;
                action = userspace;
                return action is not null;
            case "set": return SetParser.TryRead(ref scanner, out action) && scanner.TrySkip(")");
            case "push_vlan": return TryReadPushVlan(ref scanner, out action);
            case "push_mpls": return TryReadPushMpls(ref scanner, out action);
            case "push_eth": return TryReadPushEth(ref scanner, out action);
            case "hash": return TryReadHash(ref scanner, out action) && scanner.TrySkip(")");
            case "sample": return depth < MaxDepth && TryReadSample(ref scanner, depth, out action);
            case "check_pkt_len": return depth < MaxDepth && TryReadCheckLength(ref scanner, depth, out action);
            case "clone":
                if (depth == MaxDepth || !TryReadList(ref scanner, depth + 1, out var cloned)) return false;
                action = new CloneAction(cloned);
                return scanner.TrySkip(")");
            case "pop_mpls":
                if (!scanner.TrySkip("eth_type=") || !scanner.TryNumber(ushort.MaxValue, out uint type)) return false;
                action = new PopMplsAction((ushort)type);
                return scanner.TrySkip(")");
        }

        if (word is not ("recirc" or "trunc" or "meter") || !scanner.TryNumber(uint.MaxValue, out uint number)) return false;
        action = word switch
        {
            "recirc" => new RecircAction(number),
            "trunc" => new TruncAction(number),
            _ => new MeterAction(number),
        };
        return scanner.TrySkip(")");
    }

    private static bool TryReadPushVlan(ref TextScanner scanner, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        uint tpid = EtherType.Vlan;
        if (scanner.TrySkip("tpid=") && (!scanner.TryNumber(ushort.MaxValue, out tpid) || !scanner.TrySkip(","))) return false;
        if (!scanner.IsAt("vid=") || !GroupParser.TryReadVlan(ref scanner, out var tci, out _)) return false;
        action = new PushVlanAction((ushort)tpid, tci);
        return true;
    }

    private static bool TryReadPushMpls(ref TextScanner scanner, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        if (!GroupParser.TryReadLabel(ref scanner, out var entry, out _) || !scanner.TrySkip(",eth_type=")) return false;
        if (!scanner.TryNumber(ushort.MaxValue, out uint type)) return false;
        action = new PushMplsAction(entry, (ushort)type);
        return scanner.TrySkip(")");
    }

    private static bool TryReadPushEth(ref TextScanner scanner, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        if (!scanner.TrySkip("src=") || !scanner.TryMac(out var source) || !scanner.TrySkip(",dst=")
            || !scanner.TryMac(out var destination)) return false;
        action = new PushEthAction(new MacAddress((ulong)destination), new MacAddress((ulong)source));
        return scanner.TrySkip(")");
    }

    private static bool TryReadHash(ref TextScanner scanner, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        var word = scanner.TakeUntil("(,)");
        if (word is not ("l4" or "hash_l4" or "sym_l4") || !scanner.TrySkip("(") || !scanner.TryNumber(uint.MaxValue, out uint basis))
            return false;
        action = new HashAction(word is "sym_l4" ? 1u : 0, basis);
        return scanner.TrySkip(")");
    }

    private bool TryReadSample(ref TextScanner scanner, int depth, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        if (!scanner.TrySkip("sample=")) return false;
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(scanner.TakeUntil("%,)"), style, CultureInfo.InvariantCulture, out var percent)
            || percent is not (>= 0 and <= 100)) return false;
        if (!scanner.TrySkip("%,actions(") || !TryReadList(ref scanner, depth + 1, out var actions)) return false;
        action = new SampleAction((uint)Math.Floor(uint.MaxValue * (percent / 100) + 0.5), actions);
        return scanner.TrySkip("))");
    }

    private bool TryReadCheckLength(ref TextScanner scanner, int depth, [NotNullWhen(true)] out DatapathAction? action)
    {
        action = null;
        if (!scanner.TrySkip("size=") || !scanner.TryNumber(ushort.MaxValue, out uint size) || !scanner.TrySkip(",gt(")) return false;
        if (!TryReadList(ref scanner, depth + 1, out var greater) || !scanner.TrySkip("),le(")) return false;
        if (!TryReadList(ref scanner, depth + 1, out var lessOrEqual)) return false;
        action = new CheckPacketLengthAction((ushort)size, greater, lessOrEqual);
        return scanner.TrySkip("))");
    }
}
