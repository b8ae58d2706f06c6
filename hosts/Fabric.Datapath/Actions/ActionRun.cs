using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>What an execution knows beside the frame. A nested list works on a copy, like on a copy of the frame.</summary>
internal struct ActionRun
{
    public IFrameOutput Output;
    public int Depth;

    /// <summary>0 until somebody needs it.</summary>
    public uint FlowHash;

    /// <summary>Length the next output cuts to.</summary>
    public uint CutLength;

    /// <summary>The headers no longer say what the flow key says.</summary>
    public bool IsChanged;

    /// <summary>The outer header was chosen by an action, not left over from the one taken off at ingress.</summary>
    public bool HasTunnel;

    /// <summary>0 for an Ethernet frame, else the EtherType of a packet whose Ethernet header was popped.</summary>
    public ushort Layer3Type;

    private bool _hasLayout;
    private PacketLayout _layout;

    /// <summary>Found on first need; lengths and offsets hold until <see cref="ForgetLayout"/>.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref PacketLayout Layout(Frame frame)
    {
        if (!_hasLayout)
        {
            _layout = PacketLayout.Of(frame.Bytes, Layer3Type);
            _hasLayout = true;
        }

        return ref _layout;
    }

    public void ForgetLayout()
    {
        _hasLayout = false;
        IsChanged = true;
    }
}
