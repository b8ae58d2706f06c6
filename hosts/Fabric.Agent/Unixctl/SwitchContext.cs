namespace Fabric.Agent;

/// <summary>What the commands of one ovs-vswitchd work on.</summary>
public sealed class SwitchContext(OvsAgent agent, IDatapath datapath, ISwitchHost host)
{
    public OvsAgent Agent { get; } = agent;

    public IDatapath Datapath { get; } = datapath;

    public ISwitchHost Host { get; } = host;

    /// <summary>Null where datapaths come and go by configuration only.</summary>
    public IDatapathSet? Datapaths { get; init; }

    /// <summary>Set before a command runs that <see cref="SwitchCommands.NeedsDatapath"/>.</summary>
    public DatapathView View { get; set; } = DatapathView.None;

    public RouteTable Routes { get; } = new();

    public NeighbourCache Neighbours { get; } = new();

    public VlogSettings Log { get; } = new();

    public Coverage Coverage { get; } = new();

    /// <summary>Flows are named by their UFIDs where the datapath knows them. Only told: our datapaths always know.</summary>
    public bool UsesUfid { get; set; } = true;

    public DatapathFeatures Features => Agent.Features;

    /// <summary>What the process adds to <c>memory/show</c>, such as cells of its database copy.</summary>
    public Func<IEnumerable<KeyValuePair<string, long>>> Memory { get; set; } = () => [];

    /// <summary>First and last UDP source port of tunnels; told, not used by datapaths that choose their own.</summary>
    public (ushort First, ushort Last) TunnelPorts { get; set; } = (32768, 61000);
}
