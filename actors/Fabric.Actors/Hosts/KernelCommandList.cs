using Akka.Actor;
using Fabric.Agent;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Collects what the agent asks of the datapath in one turn, and sends it as one message.</summary>
internal sealed class KernelCommandList(ServerParts parts, FrameAccount account) : IDatapath
{
    private List<KernelCommand> _commands = [];

    public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions) =>
        _commands.Add(new PutFlow(ufid, key, mask, actions));

    public void FlowModify(Ufid ufid, DatapathActions actions) => _commands.Add(new ModifyFlow(ufid, actions));

    public void FlowDelete(Ufid ufid, FlowDeleteReason reason) => _commands.Add(new DeleteFlow(ufid));

    public void Execute(Frame frame, DatapathActions actions)
    {
        account.Out++;
        _commands.Add(new ExecutePacket(frame, actions));
    }

    public void SetMaxIdle(int ms) => _commands.Add(new SetMaxIdle(ms));

    public void Send()
    {
        if (_commands.Count == 0) return;
        parts.Kernel.Tell(new KernelCommands(_commands));
        _commands = [];
    }
}
