namespace Fabric.Actors;

/// <param name="Unresolved">The address whose resolution would mend it; null when nothing would.</param>
internal readonly record struct TracedFrameError(string Message, string? Unresolved = null);
