namespace Fabric.Actors.Protocol;

/// <summary>Words in <see cref="RecordedStep.What"/> that readers act on.</summary>
public static class TraceWords
{
    public const string Delivered = "delivered";

    /// <summary>The frame was for the server itself.</summary>
    public const string Taken = "taken by the server";

    /// <summary>Followed by the reason.</summary>
    public const string Dropped = "dropped: ";
}
