using Fabric.Guest;

namespace Fabric.Actors;

/// <summary>A closed loop of load: no more under way than the window and half of the first queue allow.</summary>
internal sealed class VmLoad(StartLoad request, TrafficGenerator generator, FrameLink firstQueue)
{
    /// <summary>Datagrams made in one turn: a few batches, so that the VM still hears other messages.</summary>
    private const int Burst = 256;

    public TrafficGenerator Generator => generator;

    /// <summary>How many datagrams to make now.</summary>
    public int Allowance()
    {
        var room = firstQueue.Capacity / 2 - firstQueue.Queued;
        room = Math.Min(room, request.Window - (int)(generator.Sent - request.Received()));
        return Math.Clamp(room, 0, Burst);
    }
}
