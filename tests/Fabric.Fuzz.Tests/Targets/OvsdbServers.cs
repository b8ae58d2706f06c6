using System.Text;
using Fabric.Ovsdb;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Bytes of an OVSDB server, to our client: it takes them or gives the connection up, and connects again.</summary>
internal sealed class OvsdbServers : IFuzzTarget
{
    private const string Greeting = """
        {"id":1,"result":{},"error":null}{"id":2,"error":null,"result":{"Database":{"00000000-0000-0000-0000-000000000001":{"initial":
        {"name":"d","model":"standalone","connected":true,"leader":true,"schema":
        "{\"name\":\"d\",\"tables\":{\"t\":{\"columns\":{\"a\":{\"type\":\"string\"},\"m\":{\"type\":
        """;

    private const string Rows = """
        {"id":4,"result":[false,"00000000-0000-0000-0000-000000000002",
        {"t":{"00000000-0000-0000-0000-000000000003":{"initial":{"a":"x"}}}}],"error":null}
        """;

    private const string Update = """
        {"id":null,"method":"update3","params":[["monid","d"],"00000000-0000-0000-0000-000000000004",
        {"t":{"00000000-0000-0000-0000-000000000003":{"modify":{"a":"y","m":["map",[["k",1]]]}}}}]}
        """;

    private static readonly string Hello = Greeting.ReplaceLineEndings("") + """
        {\"key\":\"string\",\"value\":\"integer\",\"min\":0,\"max\":\"unlimited\"}}}}}}"}}}}}{"id":3,"result":{},"error":null}
        """;

    public long MaxAllocatedSize => 2_000_000;

    public IEnumerable<byte[]> Samples => new[]
    {
        Hello, Hello + Rows, Hello + Rows + Update, Hello + Rows + Update + Update,
        Hello + Rows + """{"id":null,"method":"monitor_canceled","params":[["monid","d"]]}{"id":"x","method":"echo","params":[]}""",
        """{"id":1,"error":"unknown database","result":null}{"id":2,"error":null,"result":{"name":"d","tables":{}}}""",
    }.Select(Encoding.UTF8.GetBytes);

    public void Run(byte[] input)
    {
        var client = new OvsdbClient(new OvsdbClientOptions("d"));
        for (int connection = 0; connection < 2; connection++)
        {
            client.Connected(0);
            client.Receive(input, 0);
            client.Transact("[]"u8, 1);
            client.Disconnected("done");
        }
        int outcomes = 0;
        while (client.TryTakeEvent(out var happened))
        {
            if (happened is ClientEvent.Replied) outcomes++;
        }
        Assert.Equal(2, outcomes);
    }
}
