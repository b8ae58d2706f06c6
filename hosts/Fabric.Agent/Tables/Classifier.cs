using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// Finds the rule with the highest priority that matches a packet, and says which bits of the packet that answer depends on (OVS:
/// <c>lib/classifier.c</c>, tuple space search). Rules with the same mask share a subtable, which is one hash probe; subtables are walked
/// in the order of their highest priority and the walk ends when nothing better can follow.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>C1: the answer is that of comparing the packet with every rule, and, for conjunctions, of comparing it with every combination of
/// clauses.</item>
/// <item>C2: a packet that agrees in all un-wildcarded bits gets the same answer. Every bit a subtable compared is added to the mask, also
/// when the subtable did not match.</item>
/// <item>C3: a subtable is left at the first stage (metadata, L2, L3, L4) at which no rule of it agrees; the bits of later stages then stay
/// wildcarded. Tries of prefixes let it be left earlier, and a trie of ports keeps the low bits of ports out.</item>
/// <item>C4: no two rules have the same match and priority.</item>
/// <item>C5: inserting, replacing and finding by match and priority take constant time; removing, logarithmic in the number of priorities.
/// A lookup allocates nothing.</item>
/// <item>C6: <see cref="Rules"/> gives subtables by falling priority, and in each the rules in the order in which they came.</item>
/// </list>
/// <para>Among rules of equal priority that match the same packet the earlier subtable wins, with OVS's order of subtables; OpenFlow leaves
/// that case undefined.</para>
/// </summary>
public sealed partial class Classifier
{
    private readonly Dictionary<ulong, Subtable> _byMask = [];

    /// <summary>Falling by <see cref="Subtable.ListedPriority"/> unless <see cref="_isUnsorted"/>.</summary>
    private readonly List<Subtable> _ordered = [];
    private ClassifierTries _tries = new([F.NwDestination, F.NwSource]);
    private bool _isUnsorted;
    private Subtable[]? _held;

    public int Count { get; private set; }

    public int SubtableCount => _ordered.Count;

    /// <summary>Property C6.</summary>
    public IEnumerable<OpenFlowRule> Rules
    {
        get
        {
            Sort();
            foreach (var subtable in _ordered)
                for (var rule = subtable.First; rule is not null; rule = rule.Next) yield return rule;
        }
    }

    /// <summary>Fields with a trie of prefixes; whole fields of 32, 64 or 128 bits, at most three.</summary>
    public IReadOnlyList<OpenFlowField> PrefixFields
    {
        get => _tries.Fields;
        set
        {
            if (_tries.Fields.SequenceEqual(value)) return;
            _tries = new ClassifierTries(value);
            foreach (var subtable in _ordered)
            {
                _tries.Measure(subtable.Shape, subtable.TrieLengths);
                for (var rule = subtable.First; rule is not null; rule = rule.Next)
                    if (subtable.HeadOf(rule) == rule) _tries.Add(subtable, subtable.WordsOf(rule));
            }
        }
    }

    /// <summary>The rule with exactly this match and priority.</summary>
    public OpenFlowRule? FindStrict(Match match, int priority)
    {
        if (Find(ref match.Mask) is not { } subtable) return null;
        subtable.Shape.Gather(ref match.Value, _value);
        return subtable.Find(_value.AsSpan(0, subtable.Shape.Count), priority);
    }

    /// <summary>All rules that <paramref name="match"/> covers.</summary>
    public List<OpenFlowRule> FindLoose(Match match)
    {
        Sort();
        var found = new List<OpenFlowRule>();
        var wanted = MaskShape.Of(ref match.Mask);
        Span<ulong> words = stackalloc ulong[MaskShape.WordCount];
        wanted.Gather(ref match.Value, words);
        foreach (var subtable in _ordered)
        {
            if (!subtable.Shape.Includes(wanted)) continue;
            for (var rule = subtable.First; rule is not null; rule = rule.Next)
                if (wanted.Count == 0 || subtable.Shape.Overlaps(subtable.WordsOf(rule), wanted, words)) found.Add(rule);
        }

        return found;
    }

    /// <summary>A rule of the same priority that some packet would match as well.</summary>
    public OpenFlowRule? FindOverlap(Match match, int priority)
    {
        Sort();
        var wanted = MaskShape.Of(ref match.Mask);
        Span<ulong> words = stackalloc ulong[MaskShape.WordCount];
        wanted.Gather(ref match.Value, words);
        foreach (var subtable in _ordered)
        {
            if (subtable.MaxPriority < priority) continue;
            for (var rule = subtable.First; rule is not null; rule = rule.Next)
                if (rule.Priority == priority && subtable.Shape.Overlaps(subtable.WordsOf(rule), wanted, words)) return rule;
        }

        return null;
    }

    /// <summary>Puts a rule in. One with the same match and priority is taken out and returned.</summary>
    public OpenFlowRule? Insert(OpenFlowRule rule)
    {
        var match = rule.Match;
        var subtable = FindOrAdd(ref match.Mask);
        var words = _value.AsSpan(0, subtable.Shape.Count);
        subtable.Shape.Gather(ref match.Value, words);
        var displaced = subtable.Find(words, rule.Priority);
        if (displaced is not null) Remove(displaced, keepsSubtable: true);
        if (subtable.Insert(rule, words)) _tries.Add(subtable, words);
        Count++;
        rule.IsInstalled = true;
        Relist(subtable);
        // At once, for among equals the order tells in which order they came up; OVS sorts after each change.
        Sort();
        return displaced;
    }

    public bool Remove(OpenFlowRule rule) => Remove(rule, keepsSubtable: false);

    /// <summary>Takes all rules out, in the order of <see cref="Rules"/>; cheaper than one by one, and not while held.</summary>
    internal List<OpenFlowRule> RemoveAll()
    {
        Invariant.Check(_held is null, "what may be taken back is removed one by one");
        var all = new List<OpenFlowRule>(Count);
        all.AddRange(Rules);
        foreach (var rule in all)
        {
            rule.Leave(rule.Subtable!.WordsOf(rule));
            (rule.NextLower, rule.IsInstalled) = (null, false);
        }

        _byMask.Clear();
        _ordered.Clear();
        _tries = new ClassifierTries(_tries.Fields);
        Count = 0;
        return all;
    }

    /// <summary>
    /// While held, subtables that become empty stay, so that changes can be taken back to the letter. Lookups in between are not meant.
    /// </summary>
    internal void Hold()
    {
        Sort();
        _held = [.. _ordered];
    }

    /// <summary>Ends <see cref="Hold"/>; <paramref name="restores"/>: every change since has been taken back.</summary>
    internal void Release(bool restores)
    {
        var held = _held;
        _held = null;
        foreach (var subtable in _ordered.Where(s => s.Count == 0).ToArray()) Drop(subtable);
        if (!restores || held is null)
        {
            Sort();
            return;
        }

        _ordered.Clear();
        _ordered.AddRange(held);
        foreach (var subtable in held) subtable.ListedPriority = subtable.MaxPriority;
        _isUnsorted = false;
    }

    /// <summary>
    /// Takes a removal back: to the same place in the order of rules, when all later changes have been taken back before.
    /// </summary>
    internal void Restore(OpenFlowRule rule)
    {
        var (previous, next) = (rule.Previous, rule.Next);
        var displaced = Insert(rule);
        Invariant.Check(displaced is null, "a rule is put back where there is none");
        rule.Subtable!.Relink(rule, previous, next);
    }

    private bool Remove(OpenFlowRule rule, bool keepsSubtable)
    {
        var subtable = rule.Subtable;
        if (subtable is null || !_byMask.TryGetValue(subtable.Shape.Hash, out var mine) || !IsIn(mine, subtable)) return false;
        if (subtable.Remove(rule)) _tries.Remove(subtable, rule.OwnWords);
        Count--;
        rule.IsInstalled = false;
        if (subtable.Count > 0) Relist(subtable);
        else if (_held is null && !keepsSubtable) Drop(subtable);
        if (!keepsSubtable) Sort();
        return true;
    }
}
