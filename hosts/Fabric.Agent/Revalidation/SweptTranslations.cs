using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// What the flows of one sweep were translated to, for those that fare alike. A change of rules mostly makes many flows one: who loses the
/// rule that told them apart falls to the same other one. By property T1 of <see cref="Translation"/> its answer for one flow is the answer
/// for every flow that agrees with it in the bits consulted, so it is asked once; the others are found by these bits.
/// <para>Results lie by their masks, as flows do in a datapath. A result that consulted all that its flow matches tells nothing of flows of
/// the same mask, so it is not kept: a sweep after which nothing differs keeps nothing and looks for nothing. A mask whose results are
/// seldom found again is given up.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>X1: what is found equals what a translation would give: actions, mask, and credit.</item>
/// <item>X2: results with anything of one flow alone in them (recirculation ids, rules learned) are found by no other.</item>
/// <item>X3: results are of one configuration, and of one sweep.</item>
/// </list>
/// </summary>
internal sealed class SweptTranslations
{
    private const int MaxShapes = 16;

    /// <summary>After so many look-ups, one in four must have found something.</summary>
    private const int TrialCount = 512;

    private readonly List<Shape> _shapes = [];
    private long _version;

    /// <summary>Results that were found instead of translations that would have been made.</summary>
    public long FoundCount { get; private set; }

    public void Clear() => _shapes.Clear();

    /// <summary>The result for a flow; null when it is to be translated.</summary>
    /// <param name="version">Of the configuration now.</param>
    public XlateResult? Find(FlowMatch match, long version)
    {
        if (version != _version)
        {
            Clear();
            _version = version;
        }

        foreach (var shape in _shapes)
        {
            if (shape.Find(match) is not { } known) continue;
            FoundCount++;
            return known;
        }

        return null;
    }

    /// <summary>Keeps the result of a flow for others, if it can be theirs. <see cref="Find"/> was asked before, in vain.</summary>
    public void Add(FlowMatch match, XlateResult result)
    {
        if (result.Error != XlateError.None || result.IsShortLived || !result.Cache.IsShareable) return;
        // Only when the flow's mask is enough does its masked key stand for its packets.
        if (!match.Mask.Covers(ref result.Mask) || result.Mask.Covers(ref match.Mask)) return;
        foreach (var shape in _shapes)
        {
            if (!shape.Has(result.SharedMask)) continue;
            shape.Add(match, result);
            return;
        }

        if (_shapes.Count == MaxShapes) return;
        _shapes.Add(new Shape(result.SharedMask));
        _shapes[^1].Add(match, result);
    }

    /// <summary>Results of one mask.</summary>
    private sealed class Shape(SharedMask mask)
    {
        private readonly Dictionary<ulong, (FlowMatch Match, XlateResult Result)> _results = [];
        private SharedMask? _lastMask;
        private bool _coversLast;
        private int _asked;
        private int _found;
        private bool _isGivenUp;

        public bool Has(SharedMask other) => ReferenceEquals(mask, other) || mask.Mask.Equals(in other.Mask);

        public XlateResult? Find(FlowMatch match)
        {
            if (_isGivenUp || !IsEnoughFor(match)) return null;
            _asked++;
            ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_results, Hash(match));
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known) && Agree(match, known.Match))
            {
                _found++;
                return known.Result;
            }

            _isGivenUp = _asked > TrialCount && _found < _asked / 4;
            if (_isGivenUp) _results.Clear();
            return null;
        }

        public void Add(FlowMatch match, XlateResult result)
        {
            if (_isGivenUp) return;
            match.GetKey(out var key);
            _results[Hash(match)] = (new FlowMatch(ref key, mask), result);
        }

        /// <summary>Does a flow match every bit that was consulted? Flows of one mask come one after the other mostly.</summary>
        private bool IsEnoughFor(FlowMatch match)
        {
            if (ReferenceEquals(match.SharedMask, _lastMask)) return _coversLast;
            _lastMask = match.SharedMask;
            return _coversLast = match.Mask.Covers(ref mask.Mask);
        }

        private ulong Hash(FlowMatch match)
        {
            ulong hash = 0;
            for (var sections = (uint)mask.Mask.Bits.Sections; sections != 0; sections &= sections - 1)
            {
                var words = Consulted(match, BitOperations.TrailingZeroCount(sections)).AsUInt64();
                for (var i = 0; i < Vector256<ulong>.Count; i++)
                    hash = (BitOperations.RotateLeft(hash, 5) ^ words[i]) * 0x9e37_79b9_7f4a_7c15;
            }

            return hash ^ (hash >> 29);
        }

        private bool Agree(FlowMatch one, FlowMatch other)
        {
            for (var sections = (uint)mask.Mask.Bits.Sections; sections != 0; sections &= sections - 1)
            {
                var index = BitOperations.TrailingZeroCount(sections);
                if (Consulted(one, index) != Consulted(other, index)) return false;
            }

            return true;
        }

        private Vector256<byte> Consulted(FlowMatch match, int section)
        {
            Invariant.Check(match.TryGetSection(section, out var key, out _), "a flow matches what was consulted");
            return key & FlowKey.Section(ref mask.Mask.Bits, section);
        }
    }
}
