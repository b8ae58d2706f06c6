namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>
/// Every command of ovs-vsctl's manual page, against Debian's daemons and against ours: same output, same status, same database.
/// </summary>
public sealed class VsctlTests(VsctlTests.Pair pair) : IClassFixture<VsctlTests.Pair>
{
    private static readonly IReadOnlyList<CaseFile.Group> Groups = CaseFile.Read("vsctl");

    public static TheoryData<string> GroupNames => [.. Groups.Select(group => group.Name)];

    [Theory]
    [MemberData(nameof(GroupNames))]
    public async Task Fabric_answers_and_configures_as_the_stock_switch_does(string name)
    {
        await pair.Switches.ResetAsync();
        var differences = await pair.Switches.RunAsync(Groups.Single(group => group.Name == name), "ovs-vsctl");
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n\n{string.Join("\n\n", differences)}");
    }

    [Fact]
    public void At_least_250_command_lines_are_compared() => Assert.True(Groups.Sum(group => group.Lines.Count) >= 250);

    /// <summary>With FABRIC_INTEROP_STOCK set, the comparison itself is tried: two stock switches must not differ.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        internal SwitchPair Switches { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var second = Environment.GetEnvironmentVariable("FABRIC_INTEROP_STOCK") is null
                ? await SwitchPeer.StartFabricAsync()
                : await SwitchPeer.StartStockAsync("stock too");
            Switches = new SwitchPair(await SwitchPeer.StartStockAsync(), second);
        }

        public async Task DisposeAsync() => await Switches.DisposeAsync();
    }
}
