using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// A tree of prefixes (OVS: the trie of <c>lib/classifier.c</c>): how many bits of a value have to be looked at to know which prefix
/// lengths can match it. Each node holds up to 32 bits; nodes live in one array and refer to each other by index, for there are as many as
/// rules.
/// <para>TR1: packets that agree in the bits told of by <see cref="Lookup"/> get the same set of lengths.</para>
/// </summary>
public sealed class PrefixTrie
{
    private const int NodeBits = 32;
    private Node[] _nodes = new Node[4];

    /// <summary>Node 0 stands for "none"; the link to the root is its first edge.</summary>
    private int _count = 1;
    private int _free;

    private struct Node
    {
        public uint Prefix;
        public int Bits;
        public int RuleCount;
        public int Edge0;
        public int Edge1;
    }

    public bool IsEmpty => _nodes[0].Edge0 == 0;

    /// <summary>
    /// Adds to <paramref name="lengths"/> a bit, counted from the most significant one, for each prefix length that has rules for this
    /// value; returns how many leading bits of the value that depends on.
    /// </summary>
    public int Lookup(ReadOnlySpan<byte> value, ref UInt128 lengths)
    {
        var width = value.Length * 8;
        var matched = 0;
        var last = 0;
        for (var at = _nodes[0].Edge0; at != 0;)
        {
            ref var node = ref _nodes[at];
            var equal = EqualBits(node.Prefix, node.Bits, value, matched);
            matched += equal;
            if (equal < node.Bits) return matched + 1;
            if (node.RuleCount > 0) lengths |= UInt128.One << (128 - matched);
            if (matched >= width) return width;
            last = at;
            at = BitAt(value, matched) ? node.Edge1 : node.Edge0;
        }

        return last == 0 || (_nodes[last].Edge0 | _nodes[last].Edge1) == 0 ? matched : matched + 1;
    }

    /// <summary>Counts one more rule with the leading <paramref name="length"/> bits of the value; at least 1.</summary>
    public void Add(ReadOnlySpan<byte> value, int length)
    {
        var done = 0;
        var (parent, side) = (0, false);
        while (Edge(parent, side) is var at and not 0)
        {
            var equal = EqualBits(_nodes[at].Prefix, Math.Min(_nodes[at].Bits, length - done), value, done);
            done += equal;
            if (equal < _nodes[at].Bits)
            {
                Split(parent, side, at, equal, value, done, length);
                return;
            }

            if (done == length)
            {
                _nodes[at].RuleCount++;
                return;
            }

            (parent, side) = (at, BitAt(value, done));
        }

        var branch = MakeBranch(value, done, length - done, 1);
        Edge(parent, side) = branch;
    }

    /// <summary>Takes <see cref="Add"/> back.</summary>
    public void Remove(ReadOnlySpan<byte> value, int length)
    {
        Span<(int Parent, bool Side)> path = stackalloc (int, bool)[130];
        var depth = 0;
        var done = 0;
        path[0] = (0, false);
        while (Edge(path[depth].Parent, path[depth].Side) is var at and not 0)
        {
            var equal = EqualBits(_nodes[at].Prefix, Math.Min(_nodes[at].Bits, length - done), value, done);
            if (equal < _nodes[at].Bits) break;
            done += equal;
            if (done == length)
            {
                if (--_nodes[at].RuleCount == 0) Prune(path, depth);
                return;
            }

            path[++depth] = (at, BitAt(value, done));
        }

        Invariant.Check(false, "a prefix that is removed was added");
    }

    private void Prune(Span<(int Parent, bool Side)> path, int depth)
    {
        while (true)
        {
            var (parent, side) = path[depth];
            var at = Edge(parent, side);
            ref var node = ref _nodes[at];
            if (node.RuleCount > 0 || (node.Edge0 != 0 && node.Edge1 != 0)) return;
            var next = node.Edge0 | node.Edge1;
            if (next != 0)
            {
                ref var child = ref _nodes[next];
                if (node.Bits + child.Bits > NodeBits) return;
                child.Prefix = node.Prefix | child.Prefix >> node.Bits;
                child.Bits += node.Bits;
            }

            Edge(parent, side) = next;
            Free(at);
            if (next != 0 || depth == 0) return;
            depth--;
        }
    }

    /// <summary>The new rule leaves the path inside of a node, or ends there: the node is cut in two.</summary>
    private void Split(int parent, bool side, int at, int equal, ReadOnlySpan<byte> value, int done, int length)
    {
        var above = MakeBranch(value, done - equal, equal, done == length ? 1 : 0);
        var branch = done < length ? MakeBranch(value, done, length - done, 1) : 0;
        ref var node = ref _nodes[at];
        var oldSide = (node.Prefix << equal & 0x80000000) != 0;
        node.Prefix <<= equal;
        node.Bits -= equal;
        Edge(above, oldSide) = at;
        Edge(above, !oldSide) = branch;
        Edge(parent, side) = above;
    }

    private int MakeBranch(ReadOnlySpan<byte> value, int start, int length, int ruleCount)
    {
        var bits = Math.Min(length, NodeBits);
        var at = Take();
        _nodes[at] = new Node { Prefix = Prefix(value, start, bits), Bits = bits, RuleCount = length <= NodeBits ? ruleCount : 0 };
        if (length <= NodeBits) return at;
        var below = MakeBranch(value, start + bits, length - bits, ruleCount);
        Edge(at, (_nodes[below].Prefix & 0x80000000) != 0) = below;
        return at;
    }

    private ref int Edge(int node, bool side) => ref side ? ref _nodes[node].Edge1 : ref _nodes[node].Edge0;

    private int Take()
    {
        if (_free != 0)
        {
            var taken = _free;
            _free = _nodes[taken].Edge0;
            return taken;
        }

        if (_count == _nodes.Length) Array.Resize(ref _nodes, _count * 2);
        return _count++;
    }

    private void Free(int at)
    {
        _nodes[at] = new Node { Edge0 = _free };
        _free = at;
    }

    private static bool BitAt(ReadOnlySpan<byte> value, int index) => (value[index / 8] >> (7 - index % 8) & 1) != 0;

    /// <summary>32 bits of the value from bit <paramref name="start"/> on, with zeros behind its end.</summary>
    private static uint Raw(ReadOnlySpan<byte> value, int start)
    {
        var word = start / 32 * 4;
        if (word >= value.Length) return 0;
        ulong bits = (ulong)BinaryPrimitives.ReadUInt32BigEndian(value[word..]) << 32;
        if (word + 4 < value.Length) bits |= BinaryPrimitives.ReadUInt32BigEndian(value[(word + 4)..]);
        return (uint)(bits << (start % 32) >> 32);
    }

    private static uint Prefix(ReadOnlySpan<byte> value, int start, int bits) => bits == 0 ? 0 : Raw(value, start) & ~0u << (32 - bits);

    private static int EqualBits(uint prefix, int bits, ReadOnlySpan<byte> value, int start) =>
        Math.Min(bits, System.Numerics.BitOperations.LeadingZeroCount(prefix ^ Raw(value, start)));
}
