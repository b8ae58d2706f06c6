using Akka.Actor;

namespace Fabric.Actors;

/// <summary>Keeps commits in this process, for servers of tests and benchmarks: they survive what an actor's restart may lose, no
/// more.</summary>
internal sealed class MemoryCommitLog(MemoryLog log, IActorRef owner) : ICommitLog
{
    /// <summary>As of a file.</summary>
    private const int SmallSize = 10 << 20;

    private ReadOnlyMemory<byte> _image;
    private int _imageSize;

    public bool IsWorthImage => _image.IsEmpty && log.Records.Length > SmallSize && log.Records.Length / 2 > _imageSize;

    public bool KeepsSchema => false;

    public bool Append(ReadOnlyMemory<byte> records, bool toDisk)
    {
        log.Append(records.Span);
        return true;
    }

    /// <summary>Made at once, so that nothing is put between it and its being in force.</summary>
    public void BeginImage(Func<ReadOnlyMemory<byte>> image)
    {
        _image = image();
        FinishImage();
        owner.Tell(new LogImageReady(this), ActorRefs.NoSender);
    }

    public void FinishImage()
    {
        if (_image.IsEmpty) return;
        log.Replace(_image.Span);
        (_imageSize, _image) = (_image.Length, default);
    }

    public void Dispose()
    {
    }
}
