using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Frames and bytes of one VF, named from the VM's side as <c>ip -s link</c> in the VM shows them.</summary>
internal sealed class VfCounters
{
    public long RxFrames;
    public long RxBytes;
    public long TxFrames;
    public long TxBytes;

    public void Count(FrameBatch batch, bool fromVm)
    {
        long bytes = 0;
        foreach (var frame in batch.Frames) bytes += frame.Length;
        if (fromVm)
        {
            TxFrames += batch.Count;
            TxBytes += bytes;
        }
        else
        {
            RxFrames += batch.Count;
            RxBytes += bytes;
        }
    }
}
