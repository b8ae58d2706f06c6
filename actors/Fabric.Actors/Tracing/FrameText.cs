using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Describes a frame for a person, from its own bytes, in OVS's text form. For marked frames only: it allocates.</summary>
internal static class FrameText
{
    public static string Describe(Frame frame)
    {
        var key = default(FlowKey);
        FlowExtractor.Extract(frame, ref key);
        // Metadata is the datapath's, not the frame's.
        key.InPort = default;
        var mask = FlowMask.ForPacket(ref key);
        FlowFields.InPort.Write(ref mask, 0);
        return $"{FlowText.Format(ref key, ref mask)}, {frame.Length} bytes";
    }
}
