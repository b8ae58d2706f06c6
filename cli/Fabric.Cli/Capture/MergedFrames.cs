using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Capture;

/// <summary>Several captures as one, in order of arrival; the first that fails ends them all with its reason.</summary>
internal static class MergedFrames
{
    private const int FramesAhead = 1_024;

    public static async IAsyncEnumerable<CapturedFrame> Of(
        IReadOnlyList<IAsyncEnumerable<CapturedFrame>> sources, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var frames = Channel.CreateBounded<CapturedFrame>(FramesAhead);
        var pumping = Task.WhenAll(sources.Select(source => PumpAsync(source, frames.Writer, end.Token)));
        _ = pumping.ContinueWith(_ => frames.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None,
            TaskScheduler.Default);
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(cancel)) yield return frame;
        }
        finally
        {
            await end.CancelAsync();
        }
        await pumping;
    }

    private static async Task PumpAsync(IAsyncEnumerable<CapturedFrame> source, ChannelWriter<CapturedFrame> frames,
        CancellationToken cancel)
    {
        try
        {
            await foreach (var frame in source.WithCancellation(cancel)) await frames.WriteAsync(frame, cancel);
        }
        catch (Exception e)
        {
            frames.TryComplete(e);
        }
    }
}
