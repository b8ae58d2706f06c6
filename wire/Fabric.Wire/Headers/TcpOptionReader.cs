namespace Fabric.Wire;

/// <summary>Reads TCP options one by one (RFC 9293 section 3.2).</summary>
public ref struct TcpOptionReader
{
    public const byte MaximumSegmentSize = 2;

    /// <summary>RFC 7323 section 2.2.</summary>
    public const byte WindowScale = 3;

    /// <summary>RFC 2018 section 2.</summary>
    public const byte SackPermitted = 4;

    /// <summary>RFC 7323 section 3.2.</summary>
    public const byte Timestamps = 8;

    private OptionList _options;

    internal TcpOptionReader(ReadOnlySpan<byte> options) => _options = new OptionList(options);

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public readonly bool IsMalformed => _options.IsMalformed;

    /// <summary>The next option other than padding.</summary>
    public bool TryRead(out byte kind, out ReadOnlySpan<byte> data) => _options.TryRead(out kind, out data);
}
