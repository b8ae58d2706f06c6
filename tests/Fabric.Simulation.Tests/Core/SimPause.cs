namespace Fabric.Simulation.Tests;

/// <summary>Until when a part takes no message.</summary>
internal sealed class SimPause
{
    public long UntilUs { get; private set; }

    public void Lengthen(long untilUs) => UntilUs = Math.Max(UntilUs, untilUs);
}
