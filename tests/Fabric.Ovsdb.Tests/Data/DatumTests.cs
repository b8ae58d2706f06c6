using System.Globalization;

namespace Fabric.Ovsdb.Tests;

/// <summary>The algebra of datums beside that of dictionaries.</summary>
public sealed class DatumTests
{
    private const int PairCount = 4000;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20261122;

    private static readonly ColumnType Set = new(new ElementType(AtomicType.Integer), null, 0, ColumnType.Unlimited);
    private static readonly ColumnType Map = Set with { Value = new ElementType(AtomicType.Integer) };

    private readonly Random _random = new(Seed);

    [Fact]
    public void Union_keeps_what_is_there_and_adds_what_is_not() => ForAll((a, b, isMap) =>
    {
        var expected = new Dictionary<long, long>(b);
        foreach ((long key, long value) in a) expected[key] = value;
        Assert.Equal(DatumOf(expected, isMap), DatumOf(a, isMap).Union(DatumOf(b, isMap)));
    });

    [Fact]
    public void Subtract_takes_equal_pairs_from_a_map_and_any_value_of_a_key() => ForAll((a, b, isMap) =>
    {
        Datum left = DatumOf(a, isMap);
        var pairs = a.Where(p => !b.TryGetValue(p.Key, out long value) || (isMap && value != p.Value)).ToDictionary();
        Assert.Equal(DatumOf(pairs, isMap), left.Subtract(DatumOf(b, isMap)));
        var keys = a.Where(p => !b.ContainsKey(p.Key)).ToDictionary();
        Assert.Equal(DatumOf(keys, isMap), left.Subtract(DatumOf(b, isMap: false)));
    });

    [Fact]
    public void A_difference_makes_the_new_of_the_old() => ForAll((a, b, isMap) =>
    {
        ColumnType type = isMap ? Map : Set;
        Datum old = DatumOf(a, isMap), current = DatumOf(b, isMap), difference = Datum.Difference(old, current, type);
        Assert.Equal(current, old.Patch(difference, type));
        long[] changed = [.. a.Keys.Union(b.Keys)
            .Where(k => !a.TryGetValue(k, out long x) || !b.TryGetValue(k, out long y) || (isMap && x != y))];
        Assert.Equal(changed.Order(), difference.Keys.ToArray().Select(k => k.AsInteger));
    });

    [Fact]
    public void Includes_and_excludes_look_at_every_element() => ForAll((a, b, isMap) =>
    {
        bool Has(KeyValuePair<long, long> pair) => a.TryGetValue(pair.Key, out long value) && (!isMap || value == pair.Value);
        Assert.Equal(b.All(Has), DatumOf(a, isMap).IncludesAll(DatumOf(b, isMap)));
        Assert.Equal(!b.Any(Has), DatumOf(a, isMap).ExcludesAll(DatumOf(b, isMap)));
    });

    [Fact]
    public void What_does_not_change_is_the_same_object()
    {
        Datum some = Datum.OfSet(Atom.Integer(100), Atom.Integer(200), Atom.Integer(300));
        Assert.Same(some, some.Union(Datum.Of(200)));
        Assert.Same(some, some.Subtract(Datum.Of(250)));
        Assert.Same(Datum.Empty, some.Subtract(some));
        Assert.Same(Datum.Of(""), Datum.Of(""));
    }

    [Fact]
    public void Strings_are_in_the_order_of_their_UTF_8_bytes()
    {
        string[] texts = ["", "a", "ab", "b", "é", "\uE000", "\uFFFD", "😀", "\U0010FFFF", "z"];
        var byBytes = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));
        IEnumerable<string> expected = texts.OrderBy(System.Text.Encoding.UTF8.GetBytes, byBytes);
        Assert.Equal(expected, texts.OrderBy(Atom.String));
    }

    private static Datum DatumOf(Dictionary<long, long> pairs, bool isMap) => isMap
        ? Datum.OfMap(pairs.Select(p => KeyValuePair.Create(Atom.Integer(p.Key), Atom.Integer(p.Value))))
        : Datum.OfSet([.. pairs.Keys.Select(Atom.Integer)]);

    private void ForAll(Action<Dictionary<long, long>, Dictionary<long, long>, bool> check)
    {
        for (int i = 0; i < PairCount; i++)
        {
            Dictionary<long, long> a = Next(), b = _random.Next(3) == 0 ? new(a) : Next();
            if (_random.Next(2) == 0) b[_random.Next(12)] = _random.Next(3);
            check(a, b, i % 2 == 0);
        }
    }

    private Dictionary<long, long> Next()
    {
        var pairs = new Dictionary<long, long>();
        for (int i = _random.Next(9); i > 0; i--) pairs[_random.Next(12)] = _random.Next(3);
        return pairs;
    }
}
