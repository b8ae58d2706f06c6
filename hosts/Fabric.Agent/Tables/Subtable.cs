using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// The rules of one mask (OVS: <c>struct cls_subtable</c>). A slot is one value under the mask; rules of equal value hang on it by falling
/// priority. Slots lie in arrays: a chain by hash, the words, and the first rule.
/// </summary>
internal sealed class Subtable
{
    private readonly SubtableStage[] _stages;
    private readonly Dictionary<int, int> _priorityCounts = [];

    /// <summary>The keys of the counts, highest first; the counts of some may be 0.</summary>
    private readonly PriorityQueue<int, int> _priorities = new();
    private readonly PrefixTrie? _portsTrie;
    private readonly uint _portsMask;
    private readonly int _portsLength;
    private int[] _buckets = new int[4];
    private Slot[] _slots = new Slot[4];
    private ulong[] _words;
    private int _slotCount;
    private int _freeSlot = -1;

    private struct Slot
    {
        public uint Hash;

        /// <summary>Index of the next slot in its chain, plus one.</summary>
        public int Next;
        public OpenFlowRule? Head;
    }

    public Subtable(MaskShape shape, int trieCount)
    {
        Shape = shape;
        _words = new ulong[Math.Max(1, shape.Count) * 4];
        _stages = [.. SubtableStage.Cut(shape)];
        TrieLengths = new int[trieCount];
        var mask = default(OpenFlowKey);
        shape.Unite(ref mask);
        _portsMask = BinaryPrimitives.ReadUInt32BigEndian(Ports(ref mask));
        if (_portsMask == 0) return;
        _portsTrie = new PrefixTrie();
        _portsLength = 32 - System.Numerics.BitOperations.TrailingZeroCount(_portsMask);
    }

    public MaskShape Shape { get; }

    public int Count { get; private set; }

    public int MaxPriority { get; private set; } = -1;

    /// <summary>Priority under which it stands in the classifier's list.</summary>
    public int ListedPriority { get; set; }

    /// <summary>Another mask of the same hash.</summary>
    public Subtable? NextOfHash { get; set; }

    /// <summary>For each trie of the classifier: how long this mask's prefix of that field is; 0 when it has none.</summary>
    public int[] TrieLengths { get; }

    /// <summary>All rules in the order they came.</summary>
    public OpenFlowRule? First { get; private set; }

    private OpenFlowRule? Last { get; set; }

    public ReadOnlySpan<ulong> WordsOf(OpenFlowRule rule) => WordsAt(rule.Slot);

    /// <summary>
    /// The best rule for a packet, which may be part of a conjunction. Adds the bits that the answer depends on (OVS:
    /// <c>find_match_wc</c>).
    /// </summary>
    public OpenFlowRule? Lookup(ref OpenFlowKey key, ref OpenFlowKey consulted, ClassifierTries tries)
    {
        var hash = 0UL;
        for (var i = 0; i < _stages.Length; i++)
        {
            var stage = _stages[i];
            if (tries.CanSkip(TrieLengths, stage.Stage, ref key, ref consulted))
            {
                Unite(i, ref consulted);
                return null;
            }

            hash = stage.Hash(ref key, hash);
            if (i == _stages.Length - 1 || stage.Hashes.Contains((uint)(hash >> 32))) continue;
            Unite(i + 1, ref consulted);
            return null;
        }

        for (var at = _buckets[Bucket((uint)(hash >> 32))]; at != 0; at = _slots[at - 1].Next)
        {
            if (_slots[at - 1].Hash != (uint)(hash >> 32) || !Shape.Matches(ref key, WordsAt(at - 1))) continue;
            Shape.Unite(ref consulted);
            return _slots[at - 1].Head;
        }

        if (_portsTrie is null) Shape.Unite(ref consulted);
        else UnitePorts(ref key, ref consulted);
        return null;
    }

    /// <summary>The highest of the rules with the same value as this one.</summary>
    public OpenFlowRule? HeadOf(OpenFlowRule rule) => _slots[rule.Slot].Head;

    public OpenFlowRule? Find(ReadOnlySpan<ulong> words, int priority)
    {
        var at = FindSlot(words, HashOf(words));
        var rule = at < 0 ? null : _slots[at].Head;
        while (rule is not null && rule.Priority > priority) rule = rule.NextLower;
        return rule?.Priority == priority ? rule : null;
    }

    /// <summary>Puts a rule in; none of this value and priority is there. True when the value is new.</summary>
    public bool Insert(OpenFlowRule rule, ReadOnlySpan<ulong> words)
    {
        var hash = HashOf(words);
        var at = FindSlot(words, hash);
        var isNew = at < 0;
        if (isNew)
        {
            at = TakeSlot(words, hash);
            Index(words, 1);
        }

        Append(rule);
        ref var link = ref _slots[at].Head;
        if (link is null || link.Priority < rule.Priority)
        {
            rule.NextLower = link;
            link = rule;
        }
        else
        {
            var above = link;
            while (above.NextLower is { } next && next.Priority > rule.Priority) above = next;
            rule.NextLower = above.NextLower;
            above.NextLower = rule;
        }

        rule.Enter(this, at);
        Count++;
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_priorityCounts, rule.Priority, out var isKnown);
        count++;
        if (!isKnown) _priorities.Enqueue(rule.Priority, -rule.Priority);
        MaxPriority = Math.Max(MaxPriority, rule.Priority);
        return isNew;
    }

    /// <summary>Takes a rule out that is in. True when it was the last of its value.</summary>
    public bool Remove(OpenFlowRule rule)
    {
        var at = rule.Slot;
        var words = WordsAt(at);
        ref var head = ref _slots[at].Head;
        if (head == rule)
        {
            head = rule.NextLower;
        }
        else
        {
            var above = head!;
            while (above.NextLower != rule) above = above.NextLower!;
            above.NextLower = rule.NextLower;
        }

        rule.NextLower = null;
        var isLast = head is null;
        rule.Leave(words);
        if (isLast)
        {
            Index(words, -1);
            FreeSlot(at);
        }

        Unlink(rule);
        Count--;
        _priorityCounts[rule.Priority]--;
        while (_priorities.TryPeek(out var highest, out _) && _priorityCounts[highest] == 0)
            _priorityCounts.Remove(_priorities.Dequeue());
        MaxPriority = _priorities.TryPeek(out var max, out _) ? max : -1;
        return isLast;
    }

    private static Span<byte> Ports(ref OpenFlowKey key) => OpenFlowKey.AllBytes(ref key).Slice(F.TpSource.Offset, 4);

    private void Unite(int stageCount, ref OpenFlowKey consulted)
    {
        for (var i = 0; i < stageCount; i++) _stages[i].Unite(ref consulted);
    }

    /// <summary>No rule has these ports; the leading bits of them that say so are enough.</summary>
    private void UnitePorts(ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, BinaryPrimitives.ReadUInt32BigEndian(Ports(ref key)) & _portsMask);
        UInt128 lengths = 0;
        var bits = _portsTrie!.Lookup(value, ref lengths);
        var before = BinaryPrimitives.ReadUInt32BigEndian(Ports(ref consulted));
        Shape.Unite(ref consulted);
        var prefix = bits == 0 ? 0 : ~0u << (32 - bits);
        BinaryPrimitives.WriteUInt32BigEndian(Ports(ref consulted), (_portsMask & prefix) | before);
    }

    private ulong FullHash(ReadOnlySpan<ulong> words)
    {
        var hash = 0UL;
        foreach (var stage in _stages) hash = stage.Hash(words, hash);
        return hash;
    }

    private uint HashOf(ReadOnlySpan<ulong> words) => (uint)(FullHash(words) >> 32);

    private int Bucket(uint hash) => (int)hash & (_buckets.Length - 1);

    private ReadOnlySpan<ulong> WordsAt(int slot) => _words.AsSpan(slot * Shape.Count, Shape.Count);

    private int FindSlot(ReadOnlySpan<ulong> words, uint hash)
    {
        for (var at = _buckets[Bucket(hash)]; at != 0; at = _slots[at - 1].Next)
            if (_slots[at - 1].Hash == hash && WordsAt(at - 1).SequenceEqual(words)) return at - 1;
        return -1;
    }

    private int TakeSlot(ReadOnlySpan<ulong> words, uint hash)
    {
        var at = _freeSlot;
        if (at >= 0)
        {
            _freeSlot = _slots[at].Next - 1;
        }
        else
        {
            if (_slotCount == _slots.Length) Grow();
            at = _slotCount++;
        }

        words.CopyTo(_words.AsSpan(at * Shape.Count));
        ref var bucket = ref _buckets[Bucket(hash)];
        _slots[at] = new Slot { Hash = hash, Next = bucket };
        bucket = at + 1;
        return at;
    }

    private void FreeSlot(int at)
    {
        ref var link = ref _buckets[Bucket(_slots[at].Hash)];
        while (link != at + 1) link = ref _slots[link - 1].Next;
        link = _slots[at].Next;
        _slots[at] = new Slot { Next = _freeSlot + 1 };
        _freeSlot = at;
    }

    private void Grow()
    {
        Array.Resize(ref _slots, _slotCount * 2);
        Array.Resize(ref _words, Math.Max(1, Shape.Count) * _slotCount * 2);
        _buckets = new int[_slots.Length];
        for (var i = 0; i < _slotCount; i++)
        {
            ref var bucket = ref _buckets[Bucket(_slots[i].Hash)];
            _slots[i].Next = bucket;
            bucket = i + 1;
        }
    }

    /// <summary>Keeps the stages' hashes and the ports for one value more or less.</summary>
    private void Index(ReadOnlySpan<ulong> words, int change)
    {
        var hash = 0UL;
        for (var i = 0; i < _stages.Length - 1; i++)
        {
            hash = _stages[i].Hash(words, hash);
            if (change > 0) _stages[i].Hashes.Add((uint)(hash >> 32));
            else _stages[i].Hashes.Remove((uint)(hash >> 32));
        }

        if (_portsTrie is null) return;
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, PortsOf(words));
        if (change > 0) _portsTrie.Add(value, _portsLength);
        else _portsTrie.Remove(value, _portsLength);
    }

    private uint PortsOf(ReadOnlySpan<ulong> words)
    {
        var at = Shape.Indexes.AsSpan().IndexOf((ushort)(F.TpSource.Offset / 8));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, words[at]);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes[(F.TpSource.Offset % 8)..]);
    }

    private void Append(OpenFlowRule rule)
    {
        (rule.Previous, rule.Next) = (Last, null);
        if (Last is null) First = rule;
        else Last.Next = rule;
        Last = rule;
    }

    /// <summary>The rule keeps its neighbours, so that <see cref="Relink"/> can put it back.</summary>
    private void Unlink(OpenFlowRule rule)
    {
        if (rule.Previous is null) First = rule.Next;
        else rule.Previous.Next = rule.Next;
        if (rule.Next is null) Last = rule.Previous;
        else rule.Next.Previous = rule.Previous;
    }

    /// <summary>
    /// Puts the rule that was removed last, or whose later changes have all been taken back, to where it stood in the order of rules.
    /// </summary>
    public void Relink(OpenFlowRule rule, OpenFlowRule? previous, OpenFlowRule? next)
    {
        Unlink(rule);
        (rule.Previous, rule.Next) = (previous, next);
        if (previous is null) First = rule;
        else previous.Next = rule;
        if (next is null) Last = rule;
        else next.Previous = rule;
    }
}
