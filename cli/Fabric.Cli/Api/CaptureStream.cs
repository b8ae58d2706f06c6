using System.Text.Json;
using Fabric.Actors.Protocol;
using Microsoft.AspNetCore.Http;

namespace Fabric.Cli.Api;

/// <summary>
/// A capture over HTTP: one JSON object per line, flushed whenever the fabric has nothing more at hand, so that a reader sees each frame
/// at once and a flood still goes out in large pieces.
/// </summary>
internal static class CaptureStream
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    public static async Task WriteAsync(HttpResponse response, IAsyncEnumerable<CapturedFrame> frames, CancellationToken cancel)
    {
        await using var source = frames.GetAsyncEnumerator(cancel);
        var next = source.MoveNextAsync().AsTask();
        // The headers tell the reader, before there is a frame, that the capture has begun.
        response.ContentType = CaptureLine.ContentType;
        await response.StartAsync(cancel);
        try
        {
            while (true)
            {
                if (!next.IsCompleted) await response.Body.FlushAsync(cancel);
                if (!await next) return;
                await WriteLineAsync(response, new CaptureLine(source.Current, null), cancel);
                next = source.MoveNextAsync().AsTask();
            }
        }
        catch (FabricRequestException e)
        {
            await WriteLineAsync(response, new CaptureLine(null, Problem.Of(e)), cancel);
        }
    }

    private static async Task WriteLineAsync(HttpResponse response, CaptureLine line, CancellationToken cancel)
    {
        await JsonSerializer.SerializeAsync(response.Body, line, ApiJson.Default.CaptureLine, cancel);
        await response.Body.WriteAsync(LineFeed, cancel);
    }
}
