using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// What forwards in legacy mode: the card's own switch between its VFs, the host's function (PF) and the physical port, by destination
/// address and VLAN. It learns nothing: it knows the addresses of its VFs and of the PF, and everybody else is behind the physical port.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>E1: a frame for a VF's address and VLAN reaches that VF (all of them, should several have it) and neither wire nor host.</item>
/// <item>E2: a frame for a group reaches every VF of its VLAN, the host and the wire, but never its sender.</item>
/// <item>E3: a frame for an unknown address goes from VFs and host to the wire, and from the wire to the host.</item>
/// <item>E4: a VF with a VLAN of its own gets frames of that VLAN alone; one without gets untagged frames; one that is trusted and
/// promiscuous gets everything of its VLAN, or of all VLANs when it has none.</item>
/// </list>
/// <para>Not modelled: VLANs that guests register (VGT filters), and filters of groups.</para>
/// </summary>
internal sealed class LegacySwitch(FramePool pool, NicPorts ports, VirtualFunctions functions, NicEgress egress, FrameAccount account)
{
    private NicPort[] _targets = new NicPort[8];
    private int _count;

    /// <param name="source">The VF's port, the physical port for frames of wire and host.</param>
    /// <param name="isFromHost">The PF sends.</param>
    public void Forward(NicPort source, Frame frame, bool isFromHost)
    {
        var bytes = frame.Bytes;
        if (bytes.Length < 14)
        {
            source.Port.RxDropped++;
            egress.Drop(frame, DropReason.MalformedFrame);
            return;
        }

        var destination = MacAddress.Read(bytes);
        var isFromVf = source.Kind == DatapathPortKind.Representor;
        var physical = isFromVf ? functions.Uplink : source;
        FindVfs(source, destination, VirtualFunction.VlanOf(frame), out var isKnown);
        var isGroup = destination.IsMulticast;
        var isForHost = physical is not null && destination == physical.Mac;
        var toHost = !isFromHost && (isGroup || isForHost || (!isFromVf && !isKnown));
        var toWire = (isFromVf || isFromHost) && (isGroup || (!isForHost && !isKnown));
        Send(frame, physical, toHost && physical is not null, toWire);
    }

    private void FindVfs(NicPort source, MacAddress destination, int vlan, out bool isKnown)
    {
        _count = 0;
        isKnown = false;
        if (destination.IsMulticast)
        {
            foreach (var function in functions.Ordered) Add(function, source, vlan);
            return;
        }

        foreach (var function in functions.Of(destination)) isKnown |= Add(function, source, vlan);
        foreach (var function in functions.Promiscuous)
            if (function.Mac != destination) Add(function, source, vlan);
    }

    private bool Add(VirtualFunction function, NicPort source, int vlan)
    {
        if (!function.IsUp || !function.TakesVlan(vlan) || function.Number == source.Number) return false;
        if (!ports.TryGet(function.Number, out var port)) return false;
        if (_count == _targets.Length) Array.Resize(ref _targets, _count * 2);
        _targets[_count++] = port;
        return true;
    }

    /// <summary>All but the last way get copies; a frame without any ways is dropped.</summary>
    private void Send(Frame frame, NicPort? physical, bool toHost, bool toWire)
    {
        var ways = _count + (toHost ? 1 : 0) + (toWire ? 1 : 0);
        if (ways == 0)
        {
            egress.Drop(frame, DropReason.Policy);
            return;
        }

        for (var i = 0; i < _count; i++)
            if (TryTake(frame, --ways == 0, out var copy)) Output(_targets[i], copy);
        if (toWire && TryTake(frame, --ways == 0, out var wired))
        {
            if (physical is { Port.IsUp: true }) Output(physical, wired);
            else egress.Drop(wired, physical is null ? DropReason.NoSuchPort : DropReason.PortDown);
        }

        if (!toHost || !TryTake(frame, isLast: true, out var taken)) return;
        taken.Metadata.Reset(physical!.Number.Value);
        taken.Tier = Tier.None;
        egress.ToHost(taken, FallbackReason.HostDestined);
    }

    private bool TryTake(Frame frame, bool isLast, out Frame taken)
    {
        taken = frame;
        if (isLast) return true;
        account.Created++;
        if (pool.TryCopy(frame, out var copy))
        {
            taken = copy;
            return true;
        }

        account.Drops.Add(DropReason.NoBuffer);
        return false;
    }

    private void Output(NicPort port, Frame frame)
    {
        port.Port.TxPackets++;
        port.Port.TxBytes += frame.Length;
        frame.Tier = Tier.None;
        egress.Output(port.Number, frame);
    }
}
