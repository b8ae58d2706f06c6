using System.Numerics;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// Guides one translation along one path for a whole box of packets: those that agree with a sample packet in the bits fixed so far. At a
/// lookup it answers with the rule that the path says and fixes the bits that rule matches; past the end of the path it takes the first
/// alternative and leaves the others to later translations. Bits that are not fixed have not been looked at, so the sample may still be
/// changed to fit a rule.
/// </summary>
internal sealed class RuleOracle
{
    private static readonly ushort[] SpecialTypes =
        [EtherType.Ipv4, EtherType.Ipv6, EtherType.Arp, EtherType.Rarp, EtherType.Mpls, EtherType.MplsMulticast];

    private static readonly int TunnelOptionsWord = OpenFlowKey.TunnelAreaOffset / 8;

    private readonly RuleLists _rules;
    private readonly Action<PathStep[]> _later;
    private readonly Action<ExplicitFlow> _emit;
    private readonly int _maxSplitBits;
    private readonly PathStep[] _path;
    private readonly List<PathStep> _taken = [];
    private readonly bool _isFromTunnel;
    private readonly int _inputRank;
    private OpenFlowKey _fixed;
    private bool _isTypeKnown;

    /// <summary>A packet of the box.</summary>
    public OpenFlowKey Sample;

    /// <summary>Bits that are the same for every packet of this input.</summary>
    public OpenFlowKey Constant;

    public RuleOracle(ExplicitInput input, RuleLists rules, PathStep[] path, ExplicitOptions options, Action<PathStep[]> later,
        Action<ExplicitFlow> emit)
    {
        (_rules, _path, _later, _emit, _maxSplitBits) = (rules, path, later, emit, options.MaxSplitBits);
        (Sample, Constant, _fixed, _inputRank) = (input.Sample, input.Constant, input.Fixed, input.Rank);
        _isFromTunnel = input.Port.Settings.Type == AgentPortType.Tunnel;
        // What a split says was read before the split, so it holds from the start.
        foreach (var step in path)
            step.Bits?.WriteTo(ref Sample);
    }

    /// <summary>Why the box is left to the host; decided once.</summary>
    public ExplicitReason Reason { get; private set; }

    /// <summary>The box goes to the host as it is now, whatever else the rules say of it.</summary>
    public void Refuse(ExplicitReason reason)
    {
        if (IsRefused) return;
        Reason = reason;
        EmitToHost(reason);
    }

    /// <summary>The rule that a lookup finds; null for none.</summary>
    public OpenFlowRule? Choose(AgentBridge bridge, int table, ref OpenFlowKey flow, ref OpenFlowKey written, Translation translation)
    {
        if (IsRefused) return null;
        if (HasNext) Replay();
        else if (!TryExplore(bridge, table, ref flow, ref written)) return null;
        var rule = _taken[^1].Rule;
        if (rule is not null) Fit(rule, ref flow, ref written, translation);
        return rule;
    }

    /// <summary>
    /// Bits that the actions depend on: they are fixed, and what they exclude is left to later translations or to the host.
    /// </summary>
    /// <param name="pins">Of the packet as it came.</param>
    public void Settle(ref OpenFlowKey pins)
    {
        if (IsRefused) return;
        while (HasNext && _path[_taken.Count].Kind == PathStepKind.Split) _fixed.Unite(ref Replay().Bits!.Mask);

        var extra = default(OpenFlowKey);
        var count = 0;
        for (var i = 0; i < MaskShape.WordCount; i++)
        {
            var word = MaskShape.Word(ref pins, i) & ~MaskShape.Word(ref _fixed, i);
            MaskShape.Word(ref extra, i) = word;
            count += BitOperations.PopCount(word);
        }

        if (count == 0) return;
        if (count <= _maxSplitBits) Split(ref extra, count);
        else EmitToHost(new ExplicitReason(ExplicitRefusal.Field, NameOf(ref extra)));
        _fixed.Unite(ref extra);
    }

    /// <summary>The Ethernet type decides now. One branch for each type with headers of its own, one for all others.</summary>
    public void AskType(ref OpenFlowKey written)
    {
        if (_isTypeKnown || IsRefused || F.EthType.Get(ref written) == F.EthType.AllOnes) return;
        var known = F.EthType.Get(ref _fixed);
        _isTypeKnown = true;
        if (known == F.EthType.AllOnes) return;
        if (HasNext)
        {
            _fixed.Unite(ref Replay().Bits!.Mask);
            return;
        }

        foreach (var type in SpecialTypes)
        {
            if (((type ^ F.EthType.Get(ref Sample)) & known) == 0)
                Later(new PathStep(PathStepKind.Type, 1, Bits: SplitBits.Of(F.EthType, type)));
        }

        _taken.Add(new PathStep(PathStepKind.Type, 0, Bits: new SplitBits()));
    }

    /// <summary>Packets with this value of a field go to the host, and all others on.</summary>
    public void Except(OpenFlowField field, UInt128 value, ExplicitRefusal why)
    {
        if (IsRefused) return;
        if (HasNext)
        {
            Replay();
            return;
        }

        if (field.Get(ref _fixed) != field.AllOnes)
        {
            var (fixedBits, sample) = (_fixed, Sample);
            field.Set(ref _fixed, field.AllOnes);
            field.Set(ref Sample, value);
            _taken.Add(new PathStep(PathStepKind.Exception, 1));
            EmitToHost(new ExplicitReason(why));
            _taken.RemoveAt(_taken.Count - 1);
            (_fixed, Sample) = (fixedBits, sample);
        }

        _taken.Add(new PathStep(PathStepKind.Exception, 0));
    }

    /// <summary>The end of the path: the box with what is done to it.</summary>
    public void Finish(XlateResult result)
    {
        if (IsRefused) return;
        if (result.Error != XlateError.None) Refuse(new ExplicitReason(ExplicitRefusal.TranslationError));
        else if (result.IsSlow) Refuse(new ExplicitReason(ExplicitRefusal.SlowPath));
        else Emit(result.Actions, default, result.Cache);
    }

    /// <summary>Takes the first alternative and leaves the others for later. False when the lookup cannot be decided before.</summary>
    private bool TryExplore(AgentBridge bridge, int table, ref OpenFlowKey flow, ref OpenFlowKey written)
    {
        PathStep? first = null;
        var isCovered = false;
        foreach (var rule in _rules.Of(bridge, table))
        {
            var fit = rule.Conjunctions is null ? FitOf(rule, ref flow, ref written) : RuleFit.Conjunction;
            if (fit == RuleFit.Never) continue;
            if (fit is RuleFit.Conjunction or RuleFit.TunnelOptions)
            {
                Refuse(new ExplicitReason(
                    fit == RuleFit.Conjunction ? ExplicitRefusal.Conjunction : ExplicitRefusal.TunnelOptions));
                return false;
            }

            var step = new PathStep(PathStepKind.Lookup, rule.Priority + 1, rule);
            if (first is null) first = step;
            else Later(step);
            isCovered = fit == RuleFit.Always;
            if (isCovered) break;
        }

        var miss = new PathStep(PathStepKind.Lookup, 0);
        if (first is not null && !isCovered) Later(miss);
        _taken.Add(first ?? miss);
        return true;
    }

    private enum RuleFit
    {
        Never,
        Sometimes,
        Always,
        TunnelOptions,
        Conjunction,
    }

    private RuleFit FitOf(OpenFlowRule rule, ref OpenFlowKey flow, ref OpenFlowKey written)
    {
        var shape = rule.Subtable!.Shape;
        var words = rule.Subtable.WordsOf(rule);
        var fit = RuleFit.Always;
        for (var i = 0; i < shape.Count; i++)
        {
            var index = shape.Indexes[i];
            if (_isFromTunnel && index >= TunnelOptionsWord) return RuleFit.TunnelOptions;
            var known = MaskShape.Word(ref written, index) | MaskShape.Word(ref _fixed, index);
            var difference = (MaskShape.Word(ref flow, index) & shape.Bits[i]) ^ words[i];
            if ((difference & known) != 0) return RuleFit.Never;
            if ((shape.Bits[i] & ~known) != 0) fit = RuleFit.Sometimes;
        }

        return fit;
    }

    /// <summary>Fixes what the rule matches, and makes the sample match it.</summary>
    private void Fit(OpenFlowRule rule, ref OpenFlowKey flow, ref OpenFlowKey written, Translation translation)
    {
        var shape = rule.Subtable!.Shape;
        var words = rule.Subtable.WordsOf(rule);
        for (var i = 0; i < shape.Count; i++)
        {
            var index = shape.Indexes[i];
            var free = shape.Bits[i] & ~MaskShape.Word(ref written, index) & ~MaskShape.Word(ref _fixed, index);
            if (free == 0) continue;
            var difference = (MaskShape.Word(ref flow, index) ^ words[i]) & free;
            MaskShape.Word(ref _fixed, index) |= free;
            MaskShape.Word(ref Sample, index) ^= difference;
            translation.Flip(index, difference);
        }

        SplitBits.GiveTagType(ref Sample.Packet);
        translation.GiveTagType();
    }

    private void Split(ref OpenFlowKey extra, int count)
    {
        for (var value = 1; value < 1 << count; value++)
        {
            var bits = new SplitBits { Mask = extra };
            OpenFlowKey.And(ref Sample, ref extra, out bits.Value);
            Flip(ref bits.Value, ref extra, value);
            Later(new PathStep(PathStepKind.Split, 0, Bits: bits));
        }

        var own = new SplitBits { Mask = extra };
        OpenFlowKey.And(ref Sample, ref extra, out own.Value);
        _taken.Add(new PathStep(PathStepKind.Split, 0, Bits: own));
    }

    /// <summary>
    /// Inverts those of the bits of <paramref name="mask"/>, counted from the first, that <paramref name="which"/> names.
    /// </summary>
    private static void Flip(ref OpenFlowKey value, ref OpenFlowKey mask, int which)
    {
        var number = 0;
        for (var i = 0; i < MaskShape.WordCount; i++)
            for (var word = MaskShape.Word(ref mask, i); word != 0; word &= word - 1, number++)
                if ((which >> number & 1) != 0) MaskShape.Word(ref value, i) ^= word & (~word + 1);
    }

    private bool IsRefused => Reason.Refusal != ExplicitRefusal.None;

    /// <summary>The path says what comes now.</summary>
    private bool HasNext => _taken.Count < _path.Length;

    private PathStep Replay()
    {
        var step = _path[_taken.Count];
        _taken.Add(step);
        return step;
    }

    private void Later(PathStep step) => _later([.. _taken, step]);

    private static string NameOf(ref OpenFlowKey bits)
    {
        foreach (var field in F.All)
            if (field.Size is > 0 and <= 16 && field.Offset < FlowKey.MatchSize && field.Get(ref bits) != 0) return field.Name;
        return "a header";
    }

    private void EmitToHost(ExplicitReason reason) => Emit(DatapathActions.Drop, reason, new XlateCache());

    private void Emit(DatapathActions actions, ExplicitReason reason, XlateCache cache)
    {
        var mask = new FlowMask { Bits = _fixed.Packet };
        mask.Bits.Normalize();
        var sample = Sample.Packet;
        sample.Normalize();
        FlowMask.Apply(ref mask, ref sample, out var key);
        Span<int> ranks = stackalloc int[_taken.Count + 2];
        (ranks[0], ranks[1]) = (0, _inputRank);
        for (var i = 0; i < _taken.Count; i++) ranks[i + 2] = _taken[i].Rank;
        var rank = new FlowRank(ranks);
        _emit(new ExplicitFlow
        {
            Key = key, Mask = mask, Rank = rank, Ufid = rank.Distinguish(Ufid.Of(ref key, ref mask)), Actions = actions, Reason = reason,
            Cache = cache,
        });
    }
}
