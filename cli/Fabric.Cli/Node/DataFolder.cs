using System.Text.Json;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Node;

/// <summary>
/// A data folder held by one running fabric. The lock is the kernel's, so it ends with the process however that ends; the record beside it
/// only tells others whom to ask.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    public string Path { get; }

    /// <exception cref="CliException">A fabric runs there already.</exception>
    public static DataFolder Take(string path)
    {
        Directory.CreateDirectory(path);
        if (TryLock(path) is { } held) return new DataFolder(path, held);
        var record = ReadRecord(path);
        throw new CliException(ExitCode.WrongInput, record is null
            ? $"a fabric is already starting on {path}"
            : $"a fabric is already running on {path}: API {record.Api.GetLeftPart(UriPartial.Authority)}, pid {record.Pid}");
    }

    /// <summary>Who holds the folder; null when nobody does.</summary>
    public static RunRecord? FindRunning(string path)
    {
        if (!Directory.Exists(path)) return null;
        using var free = TryLock(path);
        return free is null && ReadRecord(path) is { } record && record.IsAlive() ? record : null;
    }

    public static bool IsFree(string path)
    {
        if (!Directory.Exists(path)) return true;
        using var free = TryLock(path);
        return free is not null;
    }

    public static string LogDirectory(string path) => Directory.CreateDirectory(System.IO.Path.Combine(path, "log")).FullName;

    public void Announce(Uri api, bool ready)
    {
        var partial = RecordFile(Path) + ".new";
        File.WriteAllText(partial, ApiJson.Indented(RunRecord.OfThisProcess(api, ready), ApiJson.Default.RunRecord));
        File.Move(partial, RecordFile(Path), overwrite: true);
    }

    public void Dispose()
    {
        File.Delete(RecordFile(Path));
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == Posix.Again)
        {
            return null;
        }
    }

    private static RunRecord? ReadRecord(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(RecordFile(path)), ApiJson.Default.RunRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private static string RecordFile(string path) => System.IO.Path.Combine(path, "up.json");
}
