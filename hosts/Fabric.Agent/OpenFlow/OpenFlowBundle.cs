using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Messages that a controller collects to have them applied together (OpenFlow 1.4 section 6.8; OVS: <c>ofp_bundle</c>).</summary>
internal sealed class OpenFlowBundle(uint id, BundleFlags flags, byte[] opener)
{
    /// <summary>Bytes of requests that all bundles of a connection may hold; OVS has no bound but memory.</summary>
    public const long MaxSize = 256L << 20;

    private readonly List<(OpenFlowMessage Message, MaskShape? Shape, ulong[]? Words, byte[] Request)> _entries = [];
    private readonly MatchPacker _packer = new();

    public uint Id { get; } = id;

    public BundleFlags Flags { get; } = flags;

    /// <summary>The request that began the bundle: what a time-out's error quotes.</summary>
    public byte[] Opener { get; } = opener;

    public bool IsClosed { get; set; }

    public long UsedMs { get; set; }

    public long Size { get; private set; }

    /// <summary>Of the first message; 0 without any.</summary>
    public uint FirstXid => _entries.Count > 0 ? _entries[0].Message.Xid : 0;

    /// <summary>In the order they came. An error at commit quotes the request that added the message.</summary>
    public IEnumerable<(OpenFlowMessage Message, byte[] Request)> Entries
    {
        get
        {
            foreach (var (message, shape, words, request) in _entries)
                yield return (shape is null ? message
                    : ((FlowModMessage)message) with { Request = _packer.Unpack(((FlowModMessage)message).Request, shape, words!) },
                        request);
        }
    }

    public void Add(OpenFlowMessage message, byte[] request)
    {
        if (message is FlowModMessage flow)
        {
            var (mod, shape, words) = _packer.Pack(flow.Request);
            _entries.Add((flow with { Request = mod }, shape, words, request));
        }
        else
        {
            _entries.Add((message, null, null, request));
        }

        Size += request.Length;
    }
}
