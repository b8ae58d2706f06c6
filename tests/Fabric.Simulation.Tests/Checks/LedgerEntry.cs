using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>The account of one part, or of one life of it.</summary>
internal sealed class LedgerEntry(string part, FrameAccount account, Func<long> queued, Func<long> kept, Violations violations)
{
    public string Part { get; } = part;

    public FrameAccount Account { get; } = account;

    public long Queued => queued();

    public long Kept => kept();

    public void Check()
    {
        var imbalance = Account.Imbalance(Queued);
        if (imbalance != 0) violations.Add(Rule.Conservation, $"the account of {Part} is off by {imbalance}");
    }
}
