using Fabric.Datapath;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Hands the steps that one part of a server tells of marked frames to the node's tracer.</summary>
internal sealed class ServerTrace(string server, string part, Tracer tracer) : ITrace
{
    public bool Wants(Frame frame) => frame.TraceId != 0;

    public void Step(Frame frame, Tier tier, string what, string detail)
    {
        var level = tier == Tier.None ? "" : $" {Name(tier)}";
        // A lookup that hits is the one that answers the frame at this server.
        var answered = what == "lookup" && detail.StartsWith("hit", StringComparison.Ordinal) ? Name(tier) : "";
        var words = what == "drop" ? Protocol.TraceWords.Dropped + detail : what;
        tracer.Record(frame.TraceId, server, part, $"{server}/{part}{level}", answered, words, what == "drop" ? "" : detail);
    }

    public static string Name(Tier tier) => tier == Tier.Agent ? "agent" : tier.ToString();
}
