namespace Fabric.Actors;

/// <summary>How an attempt to open databases went.</summary>
internal enum OpenOutcome
{
    Opened,

    /// <summary>Another process serves one of them.</summary>
    Locked,

    /// <summary>The journal will tell.</summary>
    Waiting,

    /// <summary>See <see cref="DatabaseSet.Error"/>.</summary>
    Failed,
}
