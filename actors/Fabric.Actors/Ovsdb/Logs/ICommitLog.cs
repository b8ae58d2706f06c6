namespace Fabric.Actors;

/// <summary>
/// Where the commits of a database are kept, or the rules of a switch. A database's records are OVSDB's log format, one of the schema and
/// one for each commit; a switch's are <see cref="Fabric.Agent.RuleRecord"/>.
/// Belongs to one actor, which hears from it by <see cref="LogDurable"/>, <see cref="LogImageReady"/> and <see cref="LogFailed"/>.
/// </summary>
internal interface ICommitLog : IDisposable
{
    /// <summary>Whether an image would save so much of it that it is worth its cost.</summary>
    bool IsWorthImage { get; }

    /// <summary>Whether it begins with the schema, or the heading; otherwise who opens it knows that.</summary>
    bool KeepsSchema { get; }

    /// <summary>Puts a group of records behind what is there.</summary>
    /// <param name="toDisk">Not only past the end of this process but past the loss of power.</param>
    /// <returns>True when that is done; otherwise <see cref="LogDurable"/> follows, and no further group may be put before.</returns>
    bool Append(ReadOnlyMemory<byte> records, bool toDisk);

    /// <summary>
    /// Begins to replace all that was put so far by an image, which is made on another thread. When <see cref="LogImageReady"/> comes,
    /// <see cref="FinishImage"/> puts it in force. Groups may be put meanwhile.
    /// </summary>
    void BeginImage(Func<ReadOnlyMemory<byte>> image);

    void FinishImage();
}
