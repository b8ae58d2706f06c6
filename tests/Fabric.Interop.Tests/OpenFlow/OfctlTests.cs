using System.Text.RegularExpressions;
using Fabric.Interop.Tests.Ovsdb;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>
/// Every command of ovs-ofctl's manual page that talks to a switch, in four versions of OpenFlow, against Debian's switch and ours: same
/// output, same status.
/// </summary>
public sealed partial class OfctlTests(VsctlTests.Pair pair) : IClassFixture<VsctlTests.Pair>
{
    private static readonly string[] Versions = ["OpenFlow10", "OpenFlow13", "OpenFlow14", "OpenFlow15"];
    private static readonly IReadOnlyList<CaseFile.Group> Groups = CaseFile.Read("ofctl", "OpenFlow");

    private static readonly (Regex Part, string Instead, string Reason)[] Masks =
    [
        (Duration(), "duration$1T", "how long ago a rule, group or meter was made"),
        (Age(), "", "how long a rule has rested; shown only when it differs from its age"),
        (Mac(), "addr:MAC", "drawn at random, or in the order in which dummy devices were opened"),
        (Time(), "time=T", "how long an answer took"),
        (Nsh(), "", "fields of NSH, which Fabric does not have"),
        (Refused(), "socket (E)", "whether the client reads the refusal or writes into the closed socket first"),
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var group in Groups)
                foreach (var version in Versions) cases.Add(group.Name, version);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fabric_answers_ovs_ofctl_as_the_stock_switch_does(string name, string version)
    {
        await pair.Switches.ResetAsync();
        var group = Groups.Single(g => g.Name == name);
        var lines = group.Lines.Select(line => line with { Text = Word().Replace(line.Text, $"ovs-ofctl -O {version}") });
        var differences = await pair.Switches.RunAsync(group with { Lines = [.. lines] }, "", mask: Mask);
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n\n{string.Join("\n\n", differences)}");
    }

    [Fact]
    public void At_least_350_command_lines_are_compared_in_each_version() => Assert.True(Groups.Sum(group => group.Lines.Count) >= 350);

    private static string Mask(string text) => Masks.Aggregate(text, (masked, mask) => mask.Part.Replace(masked, mask.Instead));

    [GeneratedRegex(@"\bofctl\b(?!/)(?<!ovs-ofctl)")]
    private static partial Regex Word();

    [GeneratedRegex(@"duration([=:]?)\d+(\.\d+)?s")]
    private static partial Regex Duration();

    [GeneratedRegex(@"(idle|hard)_age=\d+, ?")]
    private static partial Regex Age();

    [GeneratedRegex("addr:[0-9a-f]{2}(:[0-9a-f]{2}){5}")]
    private static partial Regex Mac();

    [GeneratedRegex(@" nsh_\{[^}]*\}")]
    private static partial Regex Nsh();

    [GeneratedRegex(@"socket \((Broken pipe|Protocol error|Connection reset by peer)\)")]
    private static partial Regex Refused();

    [GeneratedRegex(@"time=[0-9.]+ ms")]
    private static partial Regex Time();
}
