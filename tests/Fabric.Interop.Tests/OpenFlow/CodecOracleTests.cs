using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// What <c>ovs-ofctl</c> encodes is read and written again as the same bytes (properties M1 and A1), in every version; and what it refuses
/// is refused with the same error.
/// </summary>
public class CodecOracleTests
{
    private const int MutantsPerVersion = 4000;

    /// <summary>
    /// Which of the two OVS gives for a field it does not know depends on what else its hash puts into the same bucket
    /// (<c>nxm_field_by_header</c>); for a known field of a wrong length both are also possible.
    /// </summary>
    private static readonly HashSet<string> EitherWay = ["OFPBAC_BAD_SET_TYPE", "OFPBAC_BAD_SET_LEN"];

    /// <summary>
    /// Where it loads its choice, OVS forgets that it has found the algorithm or the fields of <c>bundle_load</c> unknown, and would abort
    /// when a packet comes.
    /// </summary>
    private const string BundleLoad = "00002320000D";

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 20261123;

    private const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;

    public static TheoryData<string> Versions =>
        new("OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15");

    private static string[] Rules =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "OpenFlow", "Cases", "rules.txt"))
            .Where(l => l.Length > 0 && l[0] != '#')];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Rules_go_through_the_codec_bit_by_bit(string version)
    {
        var messages = await OfctlEncoder.EncodeAsync(version, Rules);
        var number = Number(version);
        var count = Rules.Length;
        var least = number switch { OpenFlowVersion.V10 => count / 2, OpenFlowVersion.V11 => 40, _ => count * 9 / 10 };
        Assert.True(messages.Count >= least, $"only {messages.Count} of {count} rules can be said in {version}");
        var problems = new StringBuilder();
        foreach (var message in messages) Compare(message, new FlowModBytes(message.Bytes, number), problems);
        Assert.True(problems.Length == 0, problems.ToString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Damaged_rules_get_the_same_error_from_both(string version)
    {
        // A field for ERSPAN with more bits than it has is cut here and kept by OVS.
        var messages = await OfctlEncoder.EncodeAsync(version, [.. Rules.Where(r => !r.Contains("erspan", IgnoreCase))]);
        var random = new Random(Seed);
        FlowModBytes[] mutants = [.. Enumerable.Range(0, MutantsPerVersion).Select(i => Mutant(messages, Number(version), random, i))];
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [.. mutants.SelectMany(m => m.Bytes)]);
        var run = await Tool.RunAsync("ovs-ofctl", "ofp-parse", file);
        File.Delete(file);
        var verdicts = Verdicts(run.Out);
        Assert.True(verdicts.Count > MutantsPerVersion * 9 / 10, $"{verdicts.Count} of {MutantsPerVersion} messages were printed");
        var problems = new List<string>();
        for (var i = 0; i < mutants.Length; i++)
        {
            if (!verdicts.TryGetValue(i + 1, out var theirs)) continue;
            var error = mutants[i].Read(out _, out _);
            var ours = error == OpenFlowError.None ? "" : OpenFlowErrors.NameOf(error);
            if (!IsSame(theirs, ours, mutants[i]))
                problems.Add($"OVS {theirs}, ours {ours}: {Convert.ToHexString(mutants[i].Bytes)}");
        }

        Assert.True(problems.Count == 0, $"seed {Seed}: {problems.Count} differ\n{string.Join('\n', problems.Take(40))}");
    }

    private static bool IsSame(string theirs, string ours, FlowModBytes message) => ours == theirs
        || (EitherWay.Contains(ours) && EitherWay.Contains(theirs))
        || (ours == "OFPBAC_BAD_ARGUMENT" && theirs.Length == 0
            && Convert.ToHexString(message.Bytes).Contains(BundleLoad, StringComparison.Ordinal));

    private static OpenFlowVersion Number(string version) => (OpenFlowVersion)(version[^1] - '0' + 1);

    /// <summary>A rule with one to three of its bytes changed behind the fixed part, numbered by its xid.</summary>
    private static FlowModBytes Mutant(List<OfctlEncoder.Message> messages, OpenFlowVersion version, Random random, int index)
    {
        var original = new FlowModBytes(messages[random.Next(messages.Count)].Bytes, version);
        var bytes = original.Bytes.ToArray();
        var start = version == OpenFlowVersion.V10 && !original.IsNxm ? 72 : 48;
        for (var n = random.Next(1, 4); n > 0 && bytes.Length > start; n--)
        {
            ref var b = ref bytes[random.Next(start, bytes.Length)];
            b = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(b ^ 1 << random.Next(8));
        }

        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), index + 1);
        return new FlowModBytes(bytes, version);
    }

    /// <summary>By xid, the error that the program prints, or nothing where it prints the rule.</summary>
    private static Dictionary<int, string> Verdicts(string text)
    {
        const string Xid = " (xid=0x";
        const string Error = "***decode error: ";
        var verdicts = new Dictionary<int, string>();
        foreach (var line in text.Split('\n'))
        {
            var at = line.IndexOf(Xid, StringComparison.Ordinal);
            if (at < 0) continue;
            var end = line.IndexOf(')', at + Xid.Length);
            var number = int.Parse(line[(at + Xid.Length)..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var error = line.IndexOf(Error, StringComparison.Ordinal);
            verdicts[number] = error < 0 ? "" : line[(error + Error.Length)..line.LastIndexOf("***", StringComparison.Ordinal)];
        }

        return verdicts;
    }

    private static void Compare(OfctlEncoder.Message message, FlowModBytes bytes, StringBuilder problems)
    {
        var error = bytes.Read(out var match, out var actions);
        var theirs = Verdicts(message.Text).Values.Single();
        if (error != OpenFlowError.None || theirs.Length > 0)
        {
            if (error == OpenFlowError.None || theirs != OpenFlowErrors.NameOf(error))
                problems.AppendLine($"{message.Rule}\n  OVS {theirs}, ours {error}: {Convert.ToHexString(bytes.Bytes)}");
            return;
        }

        var writer = new WireWriter();
        bytes.WriteMatch(match, writer);
        Report(message, "match", bytes.Match, writer, problems);
        writer.Clear();
        InstructionCodec.Write(actions, bytes.Version, writer, match);
        Report(message, "actions", bytes.Actions, writer, problems);
    }

    private static void Report(OfctlEncoder.Message message, string what, Range range, WireWriter writer, StringBuilder problems)
    {
        var (expected, actual) = (Convert.ToHexString(message.Bytes[range]), Convert.ToHexString(writer.Written));
        if (expected != actual) problems.AppendLine($"{message.Rule}\n  {what}\n  OVS  {expected}\n  ours {actual}");
    }
}
