namespace Fabric.Actors.Protocol;

/// <summary>Words in <see cref="RecordedStep.What"/> that readers act on.</summary>
public static class TraceWords
{
    public const string Delivered = "delivered";

    /// <summary>Followed by the reason.</summary>
    public const string Dropped = "dropped: ";
}
