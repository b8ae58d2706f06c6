using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A copy of one part's conservation account.</summary>
/// <param name="Imbalance">0 when the part lost or doubled no frame.</param>
public sealed record PartAccount(
    string Part, long In, long Created, long Out, long Consumed, long Queued, IReadOnlyDictionary<DropReason, long> Drops, long Imbalance)
{
    public static PartAccount Of(string part, FrameAccount account, long queued) => new(
        part, account.In, account.Created, account.Out, account.Consumed, queued, account.Drops.NonZero().ToDictionary(),
        account.Imbalance(queued));
}
