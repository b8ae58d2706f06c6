using System.Text;

namespace Fabric.Fuzz.Tests;

/// <summary>A target that reads text: each byte is one character, so inputs stay short and printable in a failure.</summary>
/// <param name="good">Texts that must be accepted: fuzzing from refused ones would stay at the door.</param>
public abstract class TextFuzzTarget(params string[] good) : IFuzzTarget
{
    /// <summary>Parsing text may allocate; a few KB for each character would be a bomb.</summary>
    public virtual long MaxAllocatedSize => 4 << 20;

    public IReadOnlyList<string> GoodTexts => good;

    public virtual IEnumerable<byte[]> Samples => good.Select(Encoding.Latin1.GetBytes);

    public void Run(byte[] input) => TryRead(Encoding.Latin1.GetString(input));

    /// <summary>False when the text is refused.</summary>
    public abstract bool TryRead(string text);
}
