using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fabric.Ovsdb;

/// <summary>
/// One value of one atomic type. Atoms of one type are ordered as ovsdb-server orders them: integers and reals by size, false before true,
/// strings by their UTF-8 bytes, UUIDs by their text. Atoms of different types are never equal; their order is that of <see
/// cref="AtomicType"/>.
/// </summary>
public readonly struct Atom : IEquatable<Atom>, IComparable<Atom>
{
    // A string atom holds its string here, any other atom its kind: 24 bytes in all.
    private readonly object? _reference;
    private readonly long _first;
    private readonly long _second;

    private Atom(object reference, long first, long second = 0) => (_reference, _first, _second) = (reference, first, second);

    public static Atom Integer(long value) => new(Kind.Integer, value);

    /// <summary>Negative zero becomes zero, as in ovsdb-server's JSON parser.</summary>
    public static Atom Real(double value) => new(Kind.Real, BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : value));

    public static Atom Boolean(bool value) => new(Kind.Boolean, value ? 1 : 0);

    public static Atom String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    public static Atom Uuid(Guid value)
    {
        (long first, long second) = Unsafe.BitCast<Guid, (long, long)>(value);
        return new(Kind.Uuid, first, second);
    }

    /// <summary>What a column holds that nobody has written: 0, 0.0, false, "" or the zero UUID (RFC 7047, section 5.2.1).</summary>
    public static Atom Default(AtomicType type) => type switch
    {
        AtomicType.Integer => Integer(0),
        AtomicType.Real => Real(0),
        AtomicType.Boolean => Boolean(false),
        AtomicType.String => String(""),
        AtomicType.Uuid => Uuid(Guid.Empty),
        _ => throw new UnreachableException(),
    };

    public AtomicType Type => _reference switch
    {
        string => AtomicType.String,
        Kind kind => kind.Type,
        _ => AtomicType.Integer,
    };

    public long AsInteger => _first;

    public double AsReal => BitConverter.Int64BitsToDouble(_first);

    public bool AsBoolean => _first != 0;

    /// <summary>The string; the empty string for an atom of another type.</summary>
    public string AsString => _reference as string ?? "";

    public Guid AsUuid => Unsafe.BitCast<(long, long), Guid>((_first, _second));

    public bool IsDefault => Equals(Default(Type));

    public bool Equals(Atom other)
    {
        if (ReferenceEquals(_reference, other._reference))
            return _first == other._first && _second == other._second;
        return _reference is string a && other._reference is string b && string.Equals(a, b, StringComparison.Ordinal);
    }

    public override bool Equals(object? obj) => obj is Atom other && Equals(other);

    public override int GetHashCode() => _reference is string s
        ? s.GetHashCode(StringComparison.Ordinal)
        : HashCode.Combine(_first, _second);

    public int CompareTo(Atom other)
    {
        if (ReferenceEquals(_reference, Kind.Uuid) && ReferenceEquals(other._reference, Kind.Uuid)) return AsUuid.CompareTo(other.AsUuid);
        AtomicType type = Type;
        if (type != other.Type) return type.CompareTo(other.Type);
        return type switch
        {
            AtomicType.Real => AsReal.CompareTo(other.AsReal),
            AtomicType.String => CompareUtf8(AsString, other.AsString),
            _ => _first.CompareTo(other._first),
        };
    }

    public static bool operator ==(Atom left, Atom right) => left.Equals(right);

    public static bool operator !=(Atom left, Atom right) => !left.Equals(right);

    public static bool operator <(Atom left, Atom right) => left.CompareTo(right) < 0;

    public static bool operator >(Atom left, Atom right) => left.CompareTo(right) > 0;

    public static bool operator <=(Atom left, Atom right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Atom left, Atom right) => left.CompareTo(right) >= 0;

    /// <summary>As ovsdb-server's messages and its command-line tools write it: strings quoted only where they must be.</summary>
    public override string ToString() => AtomText.Format(this);

    /// <summary>
    /// The order of the UTF-8 forms. It differs from that of the UTF-16 forms only where a surrogate meets U+E000 and above.
    /// </summary>
    private static int CompareUtf8(string a, string b)
    {
        int common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length) return a.Length.CompareTo(b.Length);
        return Rank(a[common]).CompareTo(Rank(b[common]));
    }

    private static int Rank(char c) => c switch
    {
        < '\uD800' => c,
        < '\uE000' => c + 0x2000,
        _ => c - 0x800,
    };

    private sealed class Kind(AtomicType type)
    {
        public static readonly Kind Integer = new(AtomicType.Integer);
        public static readonly Kind Real = new(AtomicType.Real);
        public static readonly Kind Boolean = new(AtomicType.Boolean);
        public static readonly Kind Uuid = new(AtomicType.Uuid);

        public AtomicType Type => type;
    }
}
