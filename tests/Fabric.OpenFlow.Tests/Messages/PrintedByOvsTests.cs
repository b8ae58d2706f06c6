using System.ComponentModel;
using System.Diagnostics;

namespace Fabric.OpenFlow.Tests;

/// <summary>Debian's <c>ovs-ofctl</c> reads every message that we write, and prints it as it was meant.</summary>
public sealed class PrintedByOvsTests
{
    private static readonly string[] Refusals = ["***decode error", "decode error:", "(bad", "OFPT_EXPERIMENTER", "too long", "unknown"];

    [Fact]
    public void Ovs_ofctl_prints_every_message_as_it_was_meant()
    {
        var all = MessageSamples.All().SelectMany(s => s.Versions().Select(v => (Sample: s, Version: v))).ToList();
        string path = Path.GetTempFileName();
        List<string> wrong = [];
        try
        {
            var bytes = all.SelectMany(
                (s, i) => MessageCodec.Encode(s.Sample.Message with { Xid = 0x700000 + (uint)i }, s.Version, CodecContext.Default));
            File.WriteAllBytes(path, [.. bytes]);
            string printed = Run("ovs-ofctl", "ofp-parse", path);
            for (int i = 0; i < all.Count; i++)
            {
                var (sample, version) = all[i];
                string text = Cut(printed, i, all.Count);
                var missing = sample.Printed.Where(p => !text.Contains(p, StringComparison.Ordinal)).ToList();
                if (missing.Count == 0 && !Refusals.Any(r => text.Contains(r, StringComparison.Ordinal))) continue;
                wrong.Add($"{sample.Message.GetType().Name} {version}: lacks [{string.Join("] [", missing)}] in\n{text}");
            }
        }
        finally
        {
            File.Delete(path);
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>What is said of one message, by the xid that only it has.</summary>
    private static string Cut(string printed, int index, int count)
    {
        int Start(int i)
        {
            int at = printed.IndexOf($"(xid=0x{0x700000 + i:x}):", StringComparison.Ordinal);
            return at < 0 ? printed.Length : printed.LastIndexOf('\n', at) + 1;
        }
        int start = Start(index), end = index + 1 < count ? Start(index + 1) : printed.Length;
        return start < end ? printed[start..end] : "";
    }

    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output + error.Result;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} does not start: {e.Message} (Debian: apt-get install openvswitch-switch)", e);
        }
    }
}
