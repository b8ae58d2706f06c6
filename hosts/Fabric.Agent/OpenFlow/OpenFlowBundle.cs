using System.Runtime.InteropServices;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Messages that a controller collects to have them applied together (OpenFlow 1.4 section 6.8; OVS: <c>ofp_bundle</c>). Flow mods, which
/// may be a hundred thousand, leave no object each: their matches and requests lie in arrays, and what else they say is in few variants.
/// </summary>
internal sealed class OpenFlowBundle(uint id, BundleFlags flags, byte[] opener)
{
    /// <summary>Bytes of requests that all bundles of a connection may hold; OVS has no bound but memory.</summary>
    public const long MaxSize = 256L << 20;

    private readonly List<Entry> _entries = [];
    private readonly SpanStore<byte> _requests = new();
    private readonly SpanStore<ulong> _words = new();
    private readonly MatchPacker _packer = new();

    /// <param name="Mod">Of a flow mod: the request without its match.</param>
    /// <param name="Shape">Of a flow mod: the match's mask.</param>
    /// <param name="Message">Of anything else: itself.</param>
    private readonly record struct Entry(
        FlowMod? Mod, MaskShape? Shape, SpanPlace Words, OpenFlowMessage? Message, SpanPlace Request);

    public uint Id { get; } = id;

    public BundleFlags Flags { get; } = flags;

    /// <summary>The request that began the bundle: what a time-out's error quotes.</summary>
    public byte[] Opener { get; } = opener;

    public bool IsClosed { get; set; }

    public long UsedMs { get; set; }

    public long Size { get; private set; }

    /// <summary>Of the first message; 0 without any.</summary>
    public uint FirstXid { get; private set; }

    public int Count => _entries.Count;

    /// <summary>The messages in the order they came: a flow mod, good until the next is asked for, or another message.</summary>
    public (FlowMod? Mod, OpenFlowMessage? Message) this[int index]
    {
        get
        {
            ref readonly var entry = ref CollectionsMarshal.AsSpan(_entries)[index];
            return entry.Mod is null ? (null, entry.Message)
                : (_packer.Unpack(entry.Mod, entry.Shape!, _words[entry.Words]), null);
        }
    }

    /// <summary>What added a message: an error at commit quotes it.</summary>
    public ReadOnlySpan<byte> RequestOf(int index) => _requests[_entries[index].Request];

    public void Add(OpenFlowMessage message, ReadOnlySpan<byte> request)
    {
        var quoted = _requests.Add(request);
        if (_entries.Count == 0) FirstXid = message.Xid;
        if (message is FlowModMessage flow)
        {
            var mod = _packer.Pack(flow.Request, out var shape, out var words);
            _entries.Add(new Entry(mod, shape, _words.Add(words), null, quoted));
        }
        else
        {
            _entries.Add(new Entry(null, null, default, message, quoted));
        }

        Size += request.Length;
    }
}
