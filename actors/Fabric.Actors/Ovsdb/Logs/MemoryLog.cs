using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>The records of a database that outlive its actor but not the process.</summary>
public sealed class MemoryLog
{
    private readonly JsonBuffer _records = new();

    internal ReadOnlySpan<byte> Records => _records.Written;

    internal void Append(ReadOnlySpan<byte> records) => _records.Append(records);

    internal void Replace(ReadOnlySpan<byte> records)
    {
        _records.Clear();
        _records.Append(records);
    }
}
