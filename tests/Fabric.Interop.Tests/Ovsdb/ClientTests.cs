namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>
/// Every command of ovsdb-client's manual page against Debian's ovsdb-server and ours, on a schema with columns of all kinds.
/// </summary>
public sealed class ClientTests(ClientTests.Pair pair) : IClassFixture<ClientTests.Pair>
{
    private const string Empty = """
        ["Kinds", {"op":"delete","table":"Scalar","where":[]}, {"op":"delete","table":"Limits","where":[]},
         {"op":"delete","table":"Many","where":[]}, {"op":"delete","table":"Parent","where":[]}, {"op":"delete","table":"Child","where":[]}]
        """;

    private static readonly IReadOnlyList<CaseFile.Group> Groups = CaseFile.Read("client");

    public static TheoryData<string> GroupNames => [.. Groups.Select(group => group.Name)];

    [Theory]
    [MemberData(nameof(GroupNames))]
    public async Task Fabric_answers_and_stores_as_the_stock_server_does(string name)
    {
        foreach (var peer in new[] { pair.Servers.Expected, pair.Servers.Actual })
            await peer.TransactAsync(Empty);
        var differences = await pair.Servers.RunAsync(Groups.Single(group => group.Name == name), "", "Kinds");
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n\n{string.Join("\n\n", differences)}");
    }

    /// <summary>With FABRIC_INTEROP_STOCK set, the comparison itself is tried: two stock servers must not differ.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        internal SwitchPair Servers { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var schema = Path.Combine(AppContext.BaseDirectory, "Ovsdb", "Cases", "kinds.ovsschema");
            var isStock = Environment.GetEnvironmentVariable("FABRIC_INTEROP_STOCK") is not null;
            var actual = await SwitchPeer.StartDatabaseAsync(isStock ? "stock too" : "fabric", isStock, schema);
            Servers = new SwitchPair(await SwitchPeer.StartDatabaseAsync("stock", true, schema), actual);
        }

        public async Task DisposeAsync() => await Servers.DisposeAsync();
    }
}
