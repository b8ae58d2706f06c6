using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// <c>ofproto/trace</c>: one packet's way through the tables. It has no effect, but that with <c>-generate</c> addresses are learned.
/// </summary>
internal static class TraceCommand
{
    private static readonly string[] Options = ["-generate", "--generate", "--names", "--no-names", "-consistent"];

    public static UnixctlReply Run(SwitchContext context, UnixctlCall call)
    {
        var words = call.Arguments.Except(Options).ToList();
        long? learnMs = call.Arguments.Any(a => a is "-generate" or "--generate") ? call.NowMs : null;
        if (words.Find(w => w.StartsWith("--", StringComparison.Ordinal)) is { } option)
            return UnixctlReply.Fail($"{option}: unknown option");
        var view = context.View;
        if (words.Count >= 2 && words[0] != view.Name && words[0] != view.FullName)
            return words.Count > 2 ? UnixctlReply.Fail("Trailing garbage in packet data") : OfBridge(context, words[0], words[1], learnMs);
        return OfDatapath(context, words[^1], isAlone: words.Count == 1, learnMs);
    }

    private static UnixctlReply OfBridge(SwitchContext context, string name, string flow, long? learnMs)
    {
        if (context.Agent.FindBridge(name) is not { } bridge) return UnixctlReply.Fail($"{name}: unknown bridge");
        if (!RuleText.TryParseDelete(flow, bridge, strict: false, out var mod, out var error))
            return UnixctlReply.Fail($"Bad openflow flow syntax: {flow}: {error}");
        var key = mod.Match.Value.Packet;
        var number = mod.Match.Value.InPort;
        var port = bridge.FindPort(number);
        key.InPort = port is null ? OdpPort.None : PortWords.DatapathNumber(port) ?? OdpPort.None;
        if (key.VlanTci != 0) key.VlanTpid = 0x8100;
        // In a match, "later" is one bit; a packet that is a later fragment is also a fragment.
        if ((key.NwFragment & FragmentBits.Later) != 0) key.NwFragment |= FragmentBits.Any;
        key.Normalize();
        return Trace(context, ref key, bridge, number, learnMs);
    }

    private static UnixctlReply OfDatapath(SwitchContext context, string flow, bool isAlone, long? learnMs)
    {
        if (!FlowText.TryParse(flow, out var key, out _, out var error, new ViewPortNames(context.View)))
            return UnixctlReply.Fail($"{error}{(isAlone ? " (or the bridge name was omitted)" : "")}");
        key.Normalize();
        ITranslationWorld world = context.Agent;
        if (world.FindInput(key.InPort) is null && world.FindTunnelInput(ref key) is null)
            return UnixctlReply.Fail($"no OpenFlow port for datapath port {key.InPort.Value}");
        return Trace(context, ref key, null, default, learnMs);
    }

    private static UnixctlReply Trace(
        SwitchContext context, ref FlowKey key, AgentBridge? bridge, OfpPort number, long? learnMs)
    {
        ITranslationWorld world = context.Agent;
        var isKnown = world.FindInput(key.InPort) is not null || world.FindTunnelInput(ref key) is not null;
        if (!isKnown && bridge is not null)
            return UnixctlReply.Fail($"port {number} of {bridge.Name} has no packets of its own to trace: it is unknown, or a patch port");
        var result = context.Agent.Trace(ref key);
        if (learnMs is { } nowMs) result.Cache.Apply(0, 0, nowMs);
        return UnixctlReply.Ok(result.Trace ?? "");
    }
}
