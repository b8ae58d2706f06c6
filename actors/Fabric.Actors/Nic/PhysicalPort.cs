using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The NIC's cable: between Ethernet frames on the NIC's side and bare outer IP packets on the underlay's. The Ethernet address of a remote
/// VTEP follows from its IP address, as <see cref="ServerPlanner"/> says, so no packet need be sent to learn it.
/// </summary>
internal sealed class PhysicalPort(SmartNicPlan plan, NodeServices node)
{
    public FrameAccount Account { get; } = new();

    /// <summary>Puts the outer Ethernet header on; what is not an IP packet is dropped. False when nothing is left.</summary>
    public bool TryReceive(FrameBatch batch)
    {
        Account.In += batch.Count;
        if (node.Tracer.IsActive) node.Tracer.Recognise(batch);
        Span<bool> bad = stackalloc bool[FrameBatch.Capacity];
        var damaged = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var frame = batch[i];
            if (PhysicalLink.TryAddEthernet(frame, plan.VtepMac, SourceMac(frame)))
            {
                if (frame.TraceId != 0) Trace(frame, "received");
                continue;
            }

            bad[i] = true;
            damaged++;
        }

        if (damaged > 0) Discard(batch, bad);
        Account.Out += batch.Count;
        if (batch.Count > 0) return true;
        batch.Pool.Return(batch);
        return false;
    }

    public void Send(FrameBatch batch)
    {
        Account.In += batch.Count;
        Span<bool> bad = stackalloc bool[FrameBatch.Capacity];
        var damaged = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].TraceId != 0) Trace(batch[i], "sent");
            if (PhysicalLink.TryStripEthernet(batch[i])) continue;
            // An underlay of IP packets cannot carry it.
            bad[i] = true;
            damaged++;
        }

        if (damaged > 0) Discard(batch, bad);
        batch.Port = plan.Vtep;
        if (batch.Count > 0) plan.ToUnderlay.Send(batch, Account);
        else batch.Pool.Return(batch);
    }

    private void Trace(Frame frame, string what) => node.Tracer.Record(
        frame.TraceId, plan.Server, "phy", $"{plan.Server}/{ServerPorts.Physical}", "", what, FrameText.Describe(frame));

    private static MacAddress SourceMac(Frame packet)
    {
        var bytes = packet.Bytes;
        return ServerPlanner.VtepMac(bytes.Length < 20 || bytes[0] >> 4 != 4 ? default : Ipv4Address.Read(bytes[12..]));
    }

    private void Discard(FrameBatch batch, ReadOnlySpan<bool> bad)
    {
        var good = batch.Pool.RentBatch();
        for (var i = 0; i < batch.Count; i++)
        {
            if (!bad[i]) good.Add(batch[i]);
            else
            {
                Account.Drops.Add(DropReason.MalformedOuter);
                batch.Pool.Return(batch[i]);
            }
        }

        batch.Clear();
        foreach (var frame in good.Frames) batch.Add(frame);
        good.Clear();
        good.Pool.Return(good);
    }
}
