namespace Fabric.Agent;

/// <summary>Where a run lies in a <see cref="SpanStore{T}"/>.</summary>
internal readonly record struct SpanPlace(int Chunk, int Start, int Size);
