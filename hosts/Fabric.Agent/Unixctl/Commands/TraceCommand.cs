using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// <c>ofproto/trace</c> and <c>ofproto/trace-packet-out</c>: one packet's way through the tables, or through a list of actions. It has no
/// effect, unless there is a packet (<c>-generate</c>, or one in hexadecimal): then what it teaches is learned.
/// </summary>
internal static class TraceCommand
{
    private const int MaxPayload = 64000;
    private const int EthernetSize = 14;

    public static UnixctlReply Run(SwitchContext context, UnixctlCall call) => Run(context, call.Arguments, null, call.NowMs);

    public static UnixctlReply RunActions(SwitchContext context, UnixctlCall call)
    {
        var text = call.Arguments[^1];
        if (!ActionText.TryParseActions(text, NoOpenFlowPorts.Instance, Match.Any, out var actions, out var error))
            return UnixctlReply.Fail(error);
        return Run(context, call.Arguments.Take(call.Count - 1), actions, call.NowMs);
    }

    private static UnixctlReply Run(SwitchContext context, IEnumerable<string> arguments, OpenFlowActions? actions, long nowMs)
    {
        if (!TryReadOptions(arguments, actions is not null, out var words, out var options, out var error)) return UnixctlReply.Fail(error);
        byte[]? frame = null;
        if (!options.HasPacket && words.Count > 1)
        {
            if (TryReadFrame(words[^1], out frame, out error)) words.RemoveAt(words.Count - 1);
            else if (words.Count > 2) return UnixctlReply.Fail(error);
        }

        if (words.Count is 0 or > 2) return UnixctlReply.Fail("Syntax error");
        if (!TryReadFlow(context, words, out var bridge, out var flow, out error)) return UnixctlReply.Fail(error);
        if (frame is not null)
        {
            Take(frame, ref flow);
            options = options with { HasPacket = true };
        }

        var names = options.HasNames ? new ViewPortNames(context.View) : null;
        // Of actions that are none OVS thinks that there are no actions: the tables are asked.
        options = options with { Actions = actions is { Count: 0 } ? null : actions, PortNames = names };
        return UnixctlReply.Ok(context.Agent.Trace(bridge, ref flow, options, nowMs));
    }

    private static bool TryReadOptions(
        IEnumerable<string> arguments, bool isPacketOut, out List<string> words, out TraceOptions options, out string error)
    {
        (words, options, error) = ([], TraceOptions.Default, "");
        var states = new List<uint>();
        string? wants = null;
        foreach (var argument in arguments)
        {
            switch (wants ?? argument)
            {
                case "--ct-next" when wants is not null:
                    if (!TryReadState(argument, out var state, out error)) return false;
                    states.Add(state);
                    wants = null;
                    break;
                case "--l7" or "--l7-len" when wants is not null:
                    if (wants == "--l7-len" && ScanText.Atoi(argument) > MaxPayload) error = $"{argument}: too much L7 data";
                    else if (wants == "--l7" && !argument.All(c => char.IsAsciiHexDigit(c) || c == ' '))
                        error = "Trailing garbage in packet data";
                    if (error.Length > 0) return false;
                    wants = null;
                    break;
                case "--ct-next" or "--l7" or "--l7-len": wants = argument; break;
                case "-generate" or "--generate": options = options with { HasPacket = true }; break;
                case "-names" or "--names": options = options with { HasNames = true }; break;
                case "-consistent" or "--consistent" when isPacketOut: break;
                default:
                    error = argument.StartsWith('-') ? $"{argument}: unknown option" : words.Count >= 3 ? "too many arguments" : "";
                    if (error.Length > 0) return false;
                    words.Add(argument);
                    break;
            }
        }

        if (wants is not null) error = $"Missing argument for option {wants}";
        options = options with { NextConnectionStates = states };
        return error.Length == 0;
    }

    /// <summary>OVS: <c>parse_ct_state</c>, <c>validate_ct_state</c>.</summary>
    private static bool TryReadState(string text, out uint state, out string error)
    {
        (state, error) = (0, "");
        string[] names = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
        foreach (var word in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var bit = Array.IndexOf(names, word);
            if (bit < 0)
            {
                error = $"{word}: unknown connection tracking state flag";
                return false;
            }

            state |= 1u << bit;
        }

        var bits = state;
        var set = string.Join('|', names.Where((_, i) => (bits & 1u << i) != 0));
        const uint invalid = 0x10;
        if (state != 0 && (state & ConnectionBits.Tracked) == 0)
            error += $"{set}: invalid connection state: If \"trk\" is unset, no other flags are set\n";
        if ((state & invalid) != 0 && (state & ~(ConnectionBits.Tracked | invalid)) != 0)
            error += $"{set}: invalid connection state: when \"inv\" is set, only \"trk\" may also be set\n";
        if ((state & ConnectionBits.New) != 0 && (state & ConnectionBits.Established) != 0)
            error += $"{set}: invalid connection state: \"new\" and \"est\" are mutually exclusive\n";
        if ((state & ConnectionBits.New) != 0 && (state & ConnectionBits.Reply) != 0)
            error += $"{set}: invalid connection state: \"new\" and \"rpy\" are mutually exclusive\n";
        return error.Length == 0;
    }

    /// <summary>Reads <c>odp_flow</c>, <c>dpname odp_flow</c> or <c>bridge br_flow</c>.</summary>
    private static bool TryReadFlow(
        SwitchContext context, List<string> words, out AgentBridge bridge, out OpenFlowKey flow, out string error)
    {
        (bridge, flow) = (null!, default);
        var view = context.View;
        var isKnown = words.Count == 1 || words[0] == view.Name || words[0] == view.Type;
        if (FlowText.TryParse(words[^1], out flow.Packet, out _, out var problem, new ViewPortNames(view)))
        {
            error = isKnown ? "" : "Cannot find the datapath";
            if (!isKnown) return false;
            flow.Packet.Normalize();
            return context.Agent.TryFindInput(ref flow, out bridge!, out error);
        }

        if (words.Count != 2)
        {
            error = $"{problem} (or the bridge name was omitted)";
            return false;
        }

        if (context.Agent.FindBridge(words[0]) is not { } named)
        {
            error = $"{words[0]}: unknown bridge";
            return false;
        }

        bridge = named;
        return TryReadRuleFlow(named, words[1], ref flow, out error);
    }

    private static bool TryReadRuleFlow(AgentBridge bridge, string text, ref OpenFlowKey flow, out string error)
    {
        flow = default;
        if (!RuleText.TryParseDelete(text, bridge, strict: false, out var mod, out var problem))
        {
            error = $"Bad openflow flow syntax: {text}: {problem}";
            return false;
        }

        error = "";
        flow = mod.Match.Value;
        ref var packet = ref flow.Packet;
        if (flow.InPort.Value == 0) flow.InPort = OfpPort.None;
        if (packet.VlanTci != 0 && packet.VlanTpid == 0) packet.VlanTpid = EtherType.Vlan;
        if (packet.InnerVlanTci != 0 && packet.InnerVlanTpid == 0) packet.InnerVlanTpid = EtherType.Vlan;
        // In a match, "later" is one bit; a packet that is a later fragment is also a fragment.
        if ((packet.NwFragment & FragmentBits.Later) != 0) packet.NwFragment |= FragmentBits.Any;
        packet.Normalize();
        return true;
    }

    private static bool TryReadFrame(string text, out byte[]? frame, out string error)
    {
        (frame, error) = (null, "");
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        if (!digits.All(char.IsAsciiHexDigit) || digits.Length % 2 != 0) error = "Trailing garbage in packet data";
        else if (digits.Length < 2 * EthernetSize) error = "Packet data too short for Ethernet";
        else frame = Convert.FromHexString(digits);
        return frame is not null;
    }

    /// <summary>The packet's headers in the place of the flow's; what is no header stays.</summary>
    private static void Take(byte[] bytes, ref OpenFlowKey flow)
    {
        var pool = new FramePool(1, bytes.Length + Frame.HeadRoom);
        if (!pool.TryRent(bytes.Length, out var frame)) return;
        bytes.CopyTo(frame.Bytes);
        var packet = default(FlowKey);
        FlowExtractor.Extract(frame, ref packet);
        ref var old = ref flow.Packet;
        (packet.InPort, packet.RecircId, packet.SkbPriority, packet.SkbMark, packet.DpHash) =
            (old.InPort, old.RecircId, old.SkbPriority, old.SkbMark, old.DpHash);
        foreach (var section in (ReadOnlySpan<int>)[2, 3, 6, 7]) FlowKey.Section(ref packet, section) = FlowKey.Section(ref old, section);
        packet.TunnelOptionBytes = old.TunnelOptionBytes;
        packet.Normalize();
        flow.Packet = packet;
    }
}
