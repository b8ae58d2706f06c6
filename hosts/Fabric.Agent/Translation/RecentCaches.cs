namespace Fabric.Agent;

/// <summary>
/// What flows made lately are credited by, so that flows that go the same way keep one <see cref="XlateCache"/> and not a copy each: beside
/// the match it would be most of what is kept of a flow.
/// </summary>
internal sealed class RecentCaches
{
    private const int Size = 256;

    private readonly XlateCache?[] _caches = new XlateCache?[Size];
    private long _version;

    /// <summary>An equal one if it is still known. Of rules that are gone none is kept here for long.</summary>
    /// <param name="version">Of the configuration that <paramref name="cache"/> comes from.</param>
    public XlateCache Get(XlateCache cache, long version)
    {
        if (!cache.IsShareable) return cache;
        if (version != _version)
        {
            Array.Clear(_caches);
            _version = version;
        }

        ref var known = ref _caches[cache.ContentHash() & (Size - 1)];
        if (known is null || !known.HasSameContent(cache)) known = cache;
        return known;
    }
}
