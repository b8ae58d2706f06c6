using Akka.Actor;
using Microsoft.Win32.SafeHandles;

namespace Fabric.Actors;

/// <summary>
/// A log in a file, as ovsdb-server keeps its databases. A group is one <c>write(2)</c>, which outlives the process once it has returned.
/// <para>An image is written beside the file by another thread, gets what was appended meanwhile, and takes the file's name: at any moment
/// the name leads to a whole log.</para>
/// </summary>
internal sealed class FileCommitLog : ICommitLog
{
    private readonly IActorRef _owner;
    private readonly LogLock _lock;
    private readonly long _smallSize;
    private SafeFileHandle _file;
    private long _size;
    private long _imageSize;

    // Of the image under way: its file and how much of the log it stands for.
    private SafeFileHandle? _next;
    private long _nextSize;
    private long _coveredSize;
    private bool _isDisposed;

    /// <param name="size">Of the whole records at the file's beginning; what follows them is cut off.</param>
    /// <param name="smallSize">Below this it is not worth rewriting.</param>
    public FileCommitLog(string path, LogLock held, long size, long smallSize, IActorRef owner)
    {
        (Path, _lock, _owner, _size, _smallSize) = (path, held, owner, size, smallSize);
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(_file) > size) RandomAccess.SetLength(_file, size);
        _imageSize = size;
    }

    public string Path { get; }

    public bool IsWorthImage => _next is null && _size > _smallSize && _size / 2 > _imageSize;

    public bool KeepsSchema => true;

    private string NextPath => Path + ".tmp";

    /// <summary>Makes a file that holds these records, or does nothing when it exists.</summary>
    public static void Create(string path, ReadOnlySpan<byte> records)
    {
        if (File.Exists(path)) return;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        using (var file = File.OpenHandle(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, records, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(path + ".tmp", path);
        DirectoryDisk.Flush(path);
    }

    public bool Append(ReadOnlyMemory<byte> records, bool toDisk)
    {
        RandomAccess.Write(_file, records.Span, _size);
        _size += records.Length;
        if (!toDisk) return true;
        var (file, log) = (_file, this);
        Task.Run(() => RandomAccess.FlushToDisk(file)).ContinueWith(
            flushed => _owner.Tell(
                flushed.Exception is { } e ? new LogFailed(log, e.GetBaseException()) : new LogDurable(log), ActorRefs.NoSender),
            TaskScheduler.Default);
        return false;
    }

    public void BeginImage(Func<ReadOnlyMemory<byte>> image)
    {
        if (_next is not null) return;
        _next = File.OpenHandle(NextPath, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _coveredSize = _size;
        var (file, log) = (_next, this);
        Task.Run(() =>
        {
            var bytes = image();
            RandomAccess.Write(file, bytes.Span, 0);
            RandomAccess.FlushToDisk(file);
            return bytes.Length;
        }).ContinueWith(
            written =>
            {
                if (written.Exception is null) log._nextSize = written.Result;
                _owner.Tell(
                    written.Exception is { } e ? new LogFailed(log, e.GetBaseException()) : new LogImageReady(log), ActorRefs.NoSender);
            },
            TaskScheduler.Default);
    }

    public void FinishImage()
    {
        if (_next is not { } next || _isDisposed) return;
        var imageSize = _nextSize;
        var buffer = new byte[64 * 1024];
        for (var at = _coveredSize; at < _size;)
        {
            var read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, _size - at)), at);
            if (read == 0) throw new IOException($"{Path} is shorter than what was written to it");
            RandomAccess.Write(next, buffer.AsSpan(0, read), _nextSize);
            (at, _nextSize) = (at + read, _nextSize + read);
        }

        RandomAccess.FlushToDisk(next);
        File.Move(NextPath, Path, overwrite: true);
        DirectoryDisk.Flush(Path);
        _file.Dispose();
        (_file, _size, _imageSize, _next) = (next, _nextSize, imageSize, null);
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _file.Dispose();
        if (_next is not null)
        {
            _next.Dispose();
            File.Delete(NextPath);
        }

        _lock.Dispose();
    }
}
