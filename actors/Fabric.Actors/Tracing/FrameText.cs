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
        var mask = ShownMask.Of(ref key);
        // Port and recirculation are the datapath's, not the frame's.
        FlowFields.InPort.Write(ref mask, 0);
        FlowFields.RecircId.Write(ref mask, 0);
        return $"{FlowText.Format(ref key, ref mask)}, {frame.Length} bytes";
    }
}
