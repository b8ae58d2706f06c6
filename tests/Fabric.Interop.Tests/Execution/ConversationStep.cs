namespace Fabric.Interop.Tests;

/// <param name="Port">Where frames come in; 0 when only time passes.</param>
/// <param name="Frames">Given what has been seen so far.</param>
internal sealed record ConversationStep(int Port, Func<Seen, byte[][]> Frames, int WaitMs = 0);
