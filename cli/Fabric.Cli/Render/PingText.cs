using System.Globalization;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>A ping in the words of ping(8).</summary>
internal static class PingText
{
    private const int IcmpHeaderSize = 8;

    public static Sheet Sheet(PingReply reply)
    {
        var sheet = new Sheet(null, new("source", "source"), new("destination", "destination"), new("address", "destinationAddress"),
            new("seq", "sequence", true), new("rtt", "rttUs", true), new("error", "error"));
        foreach (var echo in reply.Echoes)
            sheet.Add(reply.Source, reply.Destination, reply.DestinationAddress, echo.Sequence, Cell.Rtt(echo.RttUs), echo.Error ?? "");
        return sheet;
    }

    public static void Print(SheetPrinter printer, PingReply reply, int payloadSize, bool quiet)
    {
        var target = reply.Destination == reply.DestinationAddress ? reply.Destination
            : $"{reply.Destination} ({reply.DestinationAddress})";
        printer.Line($"PING {target} from {reply.Source}: {payloadSize} bytes of data", Tone.Strong);
        if (reply.ResolutionUs is { } resolution && !quiet)
            printer.Line($"{reply.DestinationAddress} resolved in {Units.Duration(resolution)}", Tone.Dim);
        foreach (var echo in quiet ? [] : reply.Echoes)
        {
            if (echo.RttUs is { } rtt)
            {
                var size = payloadSize + IcmpHeaderSize;
                printer.Line($"{size} bytes from {reply.DestinationAddress}: seq={echo.Sequence} time={Units.Duration(rtt)}");
            }
            else
            {
                printer.Line($"no reply from {reply.DestinationAddress}: seq={echo.Sequence} {echo.Error}", Tone.Bad);
            }
        }
        if (reply.Foreign > 0) printer.Line($"isolation broken: {reply.Foreign} messages of another overlay seen", Tone.Bad);
        printer.Line(Summary(reply), reply.Lost == 0 ? Tone.Good : Tone.Bad);
    }

    private static string Summary(PingReply reply)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{reply.Sent} sent, {reply.Received} received, {reply.Lost} lost");
        var rtts = reply.Echoes.Where(e => e.RttUs is not null).Select(e => e.RttUs!.Value).Order().ToArray();
        return rtts.Length == 0
            ? counts
            : $"{counts}; rtt min {Units.Duration(rtts[0])}, median {Units.Duration(rtts[rtts.Length / 2])}, "
              + $"max {Units.Duration(rtts[^1])}";
    }
}
