using System.Net;
using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Underlay;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The node's VTEP sockets: opens them for the servers that run here, sends their outer packets, and hands what arrives to their NICs.
/// <para>A restart means: the sockets are opened anew and the counters kept, because both belong to <see cref="UnderlayPorts"/>, which the
/// restarted actor is given again.</para>
/// </summary>
public sealed class UnderlayActor : ReceiveActor
{
    private readonly NodeServices _node;
    private readonly FrameLink _link;

    /// <param name="link">Credit of the way from all NICs of the node.</param>
    public UnderlayActor(NodeServices node, FrameLink link)
    {
        (_node, _link) = (node, link);
        Receive<FrameBatch>(OnFrames);
        Receive<OpenVtep>(OnOpen);
        Receive<CloseVtep>(close => _node.UnderlayPorts.Close(close.Vtep));
    }

    public static Props Props(NodeServices node, FrameLink link) =>
        Akka.Actor.Props.Create(() => new UnderlayActor(node, link)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        foreach (var open in _node.UnderlayPorts.Vteps) OnOpen(open);
    }

    private void OnFrames(FrameBatch batch)
    {
        _link.Took(batch);
        _node.UnderlayPorts.Send(batch);
    }

    private void OnOpen(OpenVtep open)
    {
        try
        {
            _node.UnderlayPorts.Open(open);
            open.Owner.Tell(new VtepOpened(open.Server, open.Vtep, null));
        }
        catch (UnderlayAddressException e)
        {
            open.Owner.Tell(new VtepOpened(open.Server, open.Vtep, e.Message));
        }
    }
}
