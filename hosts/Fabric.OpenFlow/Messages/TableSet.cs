namespace Fabric.OpenFlow;

/// <summary>A set of table numbers, immutable.</summary>
public sealed record TableSet(ulong Low, ulong Second, ulong Third, ulong High)
{
    public static TableSet None { get; } = new(0, 0, 0, 0);

    /// <summary>Tables <paramref name="first"/> to <paramref name="last"/>; none when the last is before the first.</summary>
    public static TableSet Range(int first, int last)
    {
        Span<ulong> words = [0, 0, 0, 0];
        for (int i = first; i <= last; i++) words[i / 64] |= 1ul << (i % 64);
        return new TableSet(words[0], words[1], words[2], words[3]);
    }

    public static TableSet Of(ReadOnlySpan<byte> tables)
    {
        Span<ulong> words = [0, 0, 0, 0];
        foreach (byte i in tables) words[i / 64] |= 1ul << (i % 64);
        return new TableSet(words[0], words[1], words[2], words[3]);
    }

    public bool Contains(byte table) =>
        (((table / 64) switch { 0 => Low, 1 => Second, 2 => Third, _ => High }) >> (table % 64) & 1) != 0;

    /// <summary>In ascending order.</summary>
    public IEnumerable<byte> Tables()
    {
        for (int i = 0; i < 256; i++)
        {
            if (Contains((byte)i)) yield return (byte)i;
        }
    }
}
