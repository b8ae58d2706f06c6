namespace Fabric.Wire;

/// <summary>Reads the options of an IPv4 header one by one (RFC 791 section 3.1).</summary>
public ref struct Ipv4OptionReader
{
    private OptionList _options;

    internal Ipv4OptionReader(ReadOnlySpan<byte> options) => _options = new OptionList(options);

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public readonly bool IsMalformed => _options.IsMalformed;

    /// <summary>The next option other than padding.</summary>
    /// <param name="type">Copied flag, class and number.</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> data) => _options.TryRead(out type, out data);
}
