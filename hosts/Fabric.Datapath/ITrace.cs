using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Listens to the steps of marked frames. Never called for a frame whose <see cref="Frame.TraceId"/> is 0.</summary>
public interface ITrace
{
    bool Wants(Frame frame);

    /// <param name="what">The kind of step: <c>lookup</c>, <c>output</c>, <c>set</c>, <c>drop</c>, …</param>
    /// <param name="detail">For a person to read, OVS's text form where there is one.</param>
    void Step(Frame frame, Tier tier, string what, string detail);
}
