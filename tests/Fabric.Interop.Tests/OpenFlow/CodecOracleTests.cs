using System.Buffers.Binary;
using System.Text;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>What <c>ovs-ofctl</c> encodes is read and written again as the same bytes (properties M1 and A1), in every version.</summary>
public class CodecOracleTests
{
    private static readonly string RulesFile = Path.Combine(AppContext.BaseDirectory, "OpenFlow", "Cases", "rules.txt");

    [Theory]
    [InlineData("OpenFlow10")]
    [InlineData("OpenFlow11")]
    [InlineData("OpenFlow12")]
    [InlineData("OpenFlow13")]
    [InlineData("OpenFlow14")]
    [InlineData("OpenFlow15")]
    public async Task Rules_go_through_the_codec_bit_by_bit(string version)
    {
        string[] rules = [.. File.ReadLines(RulesFile).Where(l => l.Length > 0 && l[0] != '#')];
        var messages = await OfctlEncoder.EncodeAsync(version, rules);
        var number = (OpenFlowVersion)(version[^1] - '0' + 1);
        var least = number switch { OpenFlowVersion.V10 => rules.Length / 2, OpenFlowVersion.V11 => 40, _ => rules.Length * 9 / 10 };
        Assert.True(messages.Count >= least, $"only {messages.Count} of {rules.Length} rules can be said in {version}");
        var problems = new StringBuilder();
        foreach (var message in messages) Compare(message, number, problems);
        Assert.True(problems.Length == 0, problems.ToString());
    }

    private static void Compare(OfctlEncoder.Message message, OpenFlowVersion version, StringBuilder problems)
    {
        var (match, actions) = Split(message.Bytes, version);
        var writer = new WireWriter();
        if (!TryReadMatch(message.Bytes, match, version, out var read, out var error))
        {
            problems.AppendLine($"{message.Rule}\n  match: {OpenFlowErrors.NameOf(error)} {Convert.ToHexString(message.Bytes[match])}");
            return;
        }

        WriteMatch(message.Bytes, read, version, writer);
        Report(message, "match", match, writer, problems);
        if (!InstructionCodec.TryRead(message.Bytes.AsSpan(actions), version, null, out var list, out error))
        {
            if (Refusal(message.Text) != OpenFlowErrors.NameOf(error))
                problems.AppendLine($"{message.Rule}\n  {OpenFlowErrors.NameOf(error)} {Convert.ToHexString(message.Bytes[actions])}");
            return;
        }

        error = ActionCheck.Check(list, read, version);
        if (error != OpenFlowError.None)
        {
            if (Refusal(message.Text) != OpenFlowErrors.NameOf(error))
                problems.AppendLine($"{message.Rule}\n  {OpenFlowErrors.NameOf(error)}");
            return;
        }

        if (Refusal(message.Text) is { } refusal)
        {
            problems.AppendLine($"{message.Rule}\n  actions: OVS refuses its own encoding with {refusal}");
            return;
        }

        writer.Clear();
        InstructionCodec.Write(list, version, writer, read);
        Report(message, "actions", actions, writer, problems);
    }

    private static void Report(OfctlEncoder.Message message, string what, Range range, WireWriter writer, StringBuilder problems)
    {
        var (expected, actual) = (Convert.ToHexString(message.Bytes[range]), Convert.ToHexString(writer.Written));
        if (expected != actual) problems.AppendLine($"{message.Rule}\n  {what}\n  OVS  {expected}\n  ours {actual}");
    }

    /// <summary>The error with which the program cannot read what it has written, as happens where a version lacks something.</summary>
    private static string? Refusal(string text)
    {
        const string Begin = "***decode error: ";
        var at = text.IndexOf(Begin, StringComparison.Ordinal);
        return at < 0 ? null : text[(at + Begin.Length)..text.LastIndexOf("***", StringComparison.Ordinal)];
    }

    private static bool IsNxm(byte[] bytes) => bytes[0] == 1 && bytes[1] == 4;

    private static (Range Match, Range Actions) Split(byte[] bytes, OpenFlowVersion version)
    {
        if (version == OpenFlowVersion.V10 && !IsNxm(bytes)) return (8..48, 72..bytes.Length);
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(version == OpenFlowVersion.V10 ? 40 : 50));
        var end = 48 + ((size + 7) & ~7);
        return (48..end, end..bytes.Length);
    }

    private static bool TryReadMatch(byte[] bytes, Range range, OpenFlowVersion version, out Match match, out OpenFlowError error)
    {
        var reader = new WireReader(bytes.AsSpan(range));
        Match? found;
        bool isRead;
        if (version > OpenFlowVersion.V10) isRead = MatchCodec.TryRead(ref reader, null, out found, out error);
        else if (IsNxm(bytes))
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(40));
            isRead = MatchCodec.TryReadNxm(ref reader, size, null, EntryRules.WithCookie, out found, out _, out error);
        }
        else
        {
            found = FixedMatchCodec.Read10(ref reader);
            (isRead, error) = (true, OpenFlowError.None);
        }

        match = found ?? Match.Any;
        return isRead;
    }

    private static void WriteMatch(byte[] bytes, Match match, OpenFlowVersion version, WireWriter writer)
    {
        if (version > OpenFlowVersion.V10) MatchCodec.Write(match, version, writer);
        else if (IsNxm(bytes)) MatchCodec.WriteNxm(match, default, writer);
        else FixedMatchCodec.Write10(match, writer);
    }
}
