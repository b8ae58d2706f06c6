using Fabric.Agent;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>
/// Writes into the log which flows an agent made, if module <c>dpif_netdev</c> is at <c>dbg</c>, and which a sweep saw, if <c>dpif</c> is.
/// It remembers the packets that flows were made for: OVS's datapath in user space shows a flow by its packet's bits, also those that do
/// not count (OVS: <c>log_netdev_flow_change</c>, <c>log_flow_message</c>).
/// </summary>
internal sealed class FlowJournal(DaemonLog log, VlogSettings settings)
{
    private const string MadeModule = "dpif_netdev";
    private const string SweepModule = "dpif";

    private readonly Dictionary<Ufid, FlowKey> _packets = [];

    public void Made(Ufid ufid, ref FlowKey packet, ref FlowMask mask, DatapathActions actions)
    {
        _packets[ufid] = packet;
        if (!IsWanted(MadeModule)) return;
        var match = FlowText.Format(ref packet, ref mask, new FlowTextOptions(Userspace: true));
        var text = actions.Count == 0 ? "drop" : actions.ToString(null);
        log.Write(MadeModule, VlogLevel.Dbg, $"flow_add: ufid:{ufid} mega_ufid:{ufid} {match}, actions:{text}");
    }

    /// <summary>A sweep is about to see these flows.</summary>
    public void Swept(Func<DatapathView> view)
    {
        if (!IsWanted(SweepModule)) return;
        var datapath = view();
        foreach (var flow in datapath.Flows)
            log.Write(SweepModule, VlogLevel.Dbg,
                $"{datapath.FullName}: flow_dump {FlowLine.ForDpif(flow, isUserspace: true, isVerbose: true, names: null)}");
    }

    public void Gone(Ufid ufid) => _packets.Remove(ufid);

    public FlowKey? PacketOf(Ufid ufid) => _packets.TryGetValue(ufid, out var packet) ? packet : null;

    private bool IsWanted(string module) =>
        settings.IsEnabled(module, VlogDestination.File, VlogLevel.Dbg)
        || settings.IsEnabled(module, VlogDestination.Console, VlogLevel.Dbg);
}
