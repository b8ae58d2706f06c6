using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Messages that a controller collects to have them applied together (OpenFlow 1.4 section 6.8; OVS: <c>ofp_bundle</c>).</summary>
internal sealed class OpenFlowBundle(uint id, BundleFlags flags, byte[] opener)
{
    /// <summary>Bytes of requests that all bundles of a connection may hold; OVS has no bound but memory.</summary>
    public const long MaxSize = 256L << 20;

    private readonly List<(OpenFlowMessage Message, byte[] Request)> _entries = [];

    public uint Id { get; } = id;

    public BundleFlags Flags { get; } = flags;

    /// <summary>The request that began the bundle: what a time-out's error quotes.</summary>
    public byte[] Opener { get; } = opener;

    public bool IsClosed { get; set; }

    public long UsedMs { get; set; }

    public long Size { get; private set; }

    /// <summary>In the order they came. An error at commit quotes the request that added the message.</summary>
    public IReadOnlyList<(OpenFlowMessage Message, byte[] Request)> Entries => _entries;

    public void Add(OpenFlowMessage message, byte[] request)
    {
        _entries.Add((message, request));
        Size += request.Length;
    }
}
