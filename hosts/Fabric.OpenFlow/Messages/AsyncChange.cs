namespace Fabric.OpenFlow;

/// <summary>The masks that a request sets; those that it does not name stay.</summary>
public sealed record AsyncChange(IReadOnlyList<AsyncMask> Masks)
{
    public AsyncConfiguration ApplyTo(AsyncConfiguration configuration) =>
        Masks.Aggregate(configuration, (c, mask) => c.With(mask.Kind, mask.IsSecondary, mask.Mask));
}
