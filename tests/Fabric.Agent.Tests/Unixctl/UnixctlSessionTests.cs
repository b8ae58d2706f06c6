using System.Text;

namespace Fabric.Agent.Tests;

public class UnixctlSessionTests
{
    private const string Version = """{"id":0,"method":"version","params":[]}""";
    private const string Show = """{"id":"a{\"}]","method":"fdb/show","params":["br0","\\\"}{",7]}""";

    [Fact]
    public void U1_Requests_come_out_the_same_however_the_bytes_are_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Version + " \n" + Show + Version);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var (session, requests) = (new UnixctlSession(), new List<UnixctlRequest>());
            foreach (var piece in bytes.Chunk(size)) session.Receive(piece, requests);
            Assert.False(session.IsClosed);
            Assert.Equal(["version", "fdb/show", "version"], requests.Select(r => r.Method));
            Assert.Equal("""
                "a{\"}]"
                """, requests[1].Id);
            Assert.Equal(["br0", "\\\"}{", null], requests[1].Arguments);
        }
    }

    /// <summary>Each of them made Debian's ovs-vswitchd 3.1.0 close the connection without a reply.</summary>
    [Theory]
    [InlineData("""{"id":0,"method":"version"}""")]
    [InlineData("[]")]
    [InlineData("""{"id":"x","result":3,"error":null}""")]
    [InlineData("""{"id":null,"method":"version","params":[]}""")]
    [InlineData("""{"a":}""")]
    [InlineData("7")]
    [InlineData("\u0000")]
    [InlineData("}")]
    [InlineData("""{"id":0,"method":"\ud800","params":[]}""")]
    public void U2_What_is_not_a_request_ends_the_connection(string text)
    {
        var (session, requests) = (new UnixctlSession(), new List<UnixctlRequest>());
        session.Receive(Encoding.UTF8.GetBytes(Version + text + Version), requests);
        Assert.True(session.IsClosed);
        Assert.Single(requests);
    }

    [Fact]
    public void U3_A_request_that_is_too_large_or_nested_too_deeply_ends_the_connection()
    {
        var (session, requests) = (new UnixctlSession(), new List<UnixctlRequest>());
        session.Receive(Encoding.UTF8.GetBytes("""{"id":0,"method":"""), requests);
        var piece = Encoding.UTF8.GetBytes(new string('x', 1000));
        session.Receive("\""u8, requests);
        for (var i = 0; i <= UnixctlSession.MaxRequestSize / piece.Length; i++) session.Receive(piece, requests);
        Assert.True(session.IsClosed);

        session = new UnixctlSession();
        session.Receive(Encoding.UTF8.GetBytes(new string('[', 10_000)), requests);
        Assert.True(session.IsClosed);
        Assert.Empty(requests);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var given) ? given : 31;
        var random = new Random(seed);
        var alphabet = "{}[]\",:\\ \n0atrue\u0001\u00ff"u8.ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Version);
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = alphabet[random.Next(alphabet.Length)];
            var (session, requests) = (new UnixctlSession(), new List<UnixctlRequest>());
            var thrown = Record.Exception(() => session.Receive(bytes, requests));
            Assert.True(thrown is null, $"seed {seed}, round {round}: {Encoding.UTF8.GetString(bytes)}: {thrown}");
        }
    }

    [Fact]
    public void Answers_are_the_bytes_that_OVS_sends()
    {
        Assert.Equal(
            """{"id":0,"result":"ovs-vswitchd (Open vSwitch) 3.1.0\n","error":null}""",
            Encoding.UTF8.GetString(UnixctlSession.Format("0", UnixctlReply.Ok("ovs-vswitchd (Open vSwitch) 3.1.0"))));
        Assert.Equal("""{"id":"x","error":"no \"such\"\u0001\t\n"}""",
            Encoding.UTF8.GetString(UnixctlSession.Format("\"x\"", UnixctlReply.Fail("no \"such\"\u0001\t"))));
        Assert.Equal("""{"id":1,"result":"","error":null}""", Encoding.UTF8.GetString(UnixctlSession.Format("1", UnixctlReply.Done)));
    }
}
