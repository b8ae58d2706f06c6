using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Capture;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class CaptureVerb
{
    public static Command Build(VerbContext context)
    {
        var points = new Argument<string[]>("POINT")
        {
            Description = "server-1:vf3, server-1:phy0, node:underlay",
            Arity = ArgumentArity.OneOrMore,
        };
        var file = new Option<string>("--write", "-w")
        {
            Description = "pcapng file, - for standard output",
            HelpName = "FILE|-",
            Required = true,
        };
        var count = VerbArguments.Number("--count", "-c", "Stop after so many frames; 0 goes on until Ctrl-C", 0, int.MaxValue, 0);
        var command = new Command("capture", "Record frames at capture points as pcapng; each packet's comment names its tier")
        {
            points, file, count,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var target = parsed.GetRequiredValue(file);
            if (target == "-" && context.Terminal.Interactive)
                throw new CliException(ExitCode.WrongInput,
                    "standard output is a terminal; give -w FILE, or pipe the capture into a program");
            var called = parsed.GetRequiredValue(context.Options.Api);
            var state = await context.Fabric(parsed).InspectAsync(cancel);
            var asked = parsed.GetRequiredValue(points);
            var routes = CaptureRoutes.Of(asked, state, called);
            string[] all = [.. routes.Values.SelectMany(list => list)];
            var frames = await BeginAsync(context, routes, cancel);
            await using var stream = target == "-" ? context.Terminal.OutBytes() : File.Create(target);
            var capture = new CaptureFile(stream, asked.Any(p => p.Contains('*')) ? [] : all);
            await stream.FlushAsync(cancel);
            var tell = context.Quiet(parsed) ? TextWriter.Null : context.Terminal.Error;
            tell.WriteLine($"capturing at {string.Join(", ", all)}; Ctrl-C ends it");
            try
            {
                await RecordAsync(frames, capture, stream, parsed.GetValue(count), cancel);
            }
            finally
            {
                await stream.FlushAsync(CancellationToken.None);
            }
            tell.WriteLine($"{Units.Count((int)Math.Min(capture.FrameCount, int.MaxValue), "frame")} written");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Returns when every node has begun to record, or one refused.</summary>
    private static async Task<IAsyncEnumerable<CapturedFrame>> BeginAsync(
        VerbContext context, IReadOnlyDictionary<Uri, IReadOnlyList<string>> routes, CancellationToken cancel)
    {
        var sources = new List<IAsyncEnumerable<CapturedFrame>>();
        foreach (var (api, points) in routes)
        {
            var request = new CaptureRequest(points);
            sources.Add(await context.Connect(api, context.Token).CaptureAsync(request, cancel));
        }
        return sources.Count == 1 ? sources[0] : MergedFrames.Of(sources, cancel);
    }

    /// <summary>Flushes whenever the next frame is not at hand yet, so that a reader of the growing file is never behind.</summary>
    private static async Task RecordAsync(IAsyncEnumerable<CapturedFrame> frames, CaptureFile capture, Stream stream, int count,
        CancellationToken cancel)
    {
        await using var source = frames.GetAsyncEnumerator(cancel);
        try
        {
            while (count == 0 || capture.FrameCount < count)
            {
                var next = source.MoveNextAsync();
                if (!next.IsCompleted) await stream.FlushAsync(cancel);
                if (!await next) return;
                capture.Write(source.Current);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is how a capture ends.
        }
        catch (IOException e) when (e.HResult == Posix.BrokenPipe)
        {
            // The program that reads the capture has seen enough.
        }
    }
}
