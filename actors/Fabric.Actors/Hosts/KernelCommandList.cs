using Akka.Actor;
using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// Collects what the agent asks of the datapath in one turn, and sends it as one message; more than that of a sweep in several, so that
/// host and NIC need not wait for the last to begin with the first.
/// </summary>
internal sealed class KernelCommandList(ServerParts parts, FrameAccount account) : IDatapath, IExplicitDatapath, IVports
{
    private const int SweepPart = 2_048;

    private List<KernelCommand> _commands = [];

    public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions) =>
        FlowPut(ufid, new FlowMatch(ref key, ref mask), actions);

    public void FlowPut(Ufid ufid, FlowMatch match, DatapathActions actions) => _commands.Add(new PutFlow(ufid, match, actions));

    public void FlowPush(
        Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, DatapathActions actions, string? leftToHost) =>
        _commands.Add(new PushFlow(ufid, rank, key, mask, actions, leftToHost));

    public void FlowPull(Ufid ufid) => _commands.Add(new PullFlow(ufid));

    public void FlowModify(Ufid ufid, DatapathActions actions) => AddOfSweep(new ModifyFlow(ufid, actions));

    public void FlowDelete(Ufid ufid, FlowDeleteReason reason) => AddOfSweep(new DeleteFlow(ufid));

    public void Execute(Frame frame, DatapathActions actions)
    {
        account.Out++;
        _commands.Add(new ExecutePacket(frame, actions));
    }

    public void SetMaxIdle(int ms) => _commands.Add(new SetMaxIdle(ms));

    public void SetOffload(OffloadPolicy policy) => _commands.Add(new SetOffload(policy));

    public void SetMeter(uint id, MeterSettings? settings) => _commands.Add(new SetMeter(id, settings));

    public void Track(CtRequest request) => _commands.Add(new TrackConnections(request));

    public void SetPort(Vport port) => _commands.Add(new SetVport(port));

    public void RemovePort(OdpPort number) => _commands.Add(new RemoveVport(number));

    public void KeepOnly(IReadOnlyList<OdpPort> numbers) => _commands.Add(new KeepVports(numbers));

    public void AddPeer(TunnelPeer peer) => _commands.Add(new AddTunnelPeer(peer));

    public void RemovePeer(TunnelPeer peer) => _commands.Add(new RemoveTunnelPeer(peer));

    public void ConfirmPorts(long round) => _commands.Add(new ConfirmPorts(round));

    public void ConfirmFlows(long round) => _commands.Add(new ConfirmFlows(round));

    private void AddOfSweep(KernelCommand command)
    {
        _commands.Add(command);
        if (_commands.Count >= SweepPart) Send();
    }

    public void Send()
    {
        if (_commands.Count == 0) return;
        parts.Kernel.Tell(new KernelCommands(_commands));
        _commands = [];
    }
}
