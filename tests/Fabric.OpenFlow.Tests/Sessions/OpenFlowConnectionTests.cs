using System.Text;

namespace Fabric.OpenFlow.Tests;

/// <summary>Properties of <see cref="OpenFlowConnection"/> and <see cref="OpenFlowStream"/>.</summary>
public sealed class OpenFlowConnectionTests
{
    private const uint Only10 = 1 << 1;
    private const uint Only13 = 1 << 4;

    [Theory]
    [InlineData(0x7eu, 0x7eu, OpenFlowVersion.V15)]
    [InlineData(0x7eu, 0x12u, OpenFlowVersion.V13)]
    [InlineData(0x22u, 0x12u, OpenFlowVersion.V10)]
    [InlineData(0x3eu, 0x40u | 0x20u, OpenFlowVersion.V14)]
    public void Two_sides_agree_on_the_highest_version_of_both(uint ours, uint theirs, OpenFlowVersion expected)
    {
        var (a, b) = (new OpenFlowConnection(ours, 0, 0), new OpenFlowConnection(theirs, 0, 0));
        Exchange(a, b);
        Assert.True(a is { IsReady: true, Failure: null } && b.IsReady);
        Assert.Equal((expected, expected), (a.Version, b.Version));
    }

    [Fact]
    public void A_peer_without_a_common_version_is_told_so_in_the_words_of_OVS()
    {
        var (a, b) = (new OpenFlowConnection(Only10, 0, 0), new OpenFlowConnection(Only13, 0, 0));
        Exchange(a, b);
        Assert.Equal("version negotiation failed (we support version 0x01, peer supports version 0x04)", a.Failure);
        Span<byte> output = new byte[200];
        int size = a.TakeOutput(output);
        Assert.True(MessageCodec.TryDecode(output[..size], CodecContext.Default, out var message, out _));
        var error = Assert.IsType<ErrorMessage>(message);
        Assert.Equal(OpenFlowError.HfcIncompatible, error.Error);
        Assert.Equal(
            "We support version 0x01, you support version 0x04, no common versions.", Encoding.ASCII.GetString(error.Payload.Span));
    }

    [Fact]
    public void A_hello_without_gaps_below_its_version_needs_no_bitmap()
    {
        Span<byte> output = new byte[64];
        Assert.Equal(8, new OpenFlowConnection(OpenFlowConnection.AllVersions, 0, 0).TakeOutput(output));
        Assert.Equal(16, new OpenFlowConnection(Only13, 0, 0).TakeOutput(output));
    }

    [Fact]
    public void A_peer_of_an_unknown_version_is_told_so_in_the_first()
    {
        var connection = new OpenFlowConnection(Only13, 0, 0);
        connection.Receive(Convert.FromHexString("09000010000000010001000800000200"), 1);
        Assert.False(connection.TryTake(out _));
        Span<byte> output = new byte[256];
        var told = output[16..connection.TakeOutput(output)];
        Assert.Equal((1, 1), (told[0], told[1]));
        Assert.NotNull(connection.Failure);
    }

    [Fact]
    public void A_message_before_the_hello_ends_the_connection()
    {
        var connection = new OpenFlowConnection(OpenFlowConnection.AllVersions, 0, 0);
        connection.Receive(Convert.FromHexString("0405000800000001"), 1);
        Assert.False(connection.TryTake(out _));
        Assert.NotNull(connection.Failure);
    }

    [Fact]
    public void A_message_of_another_version_is_refused_and_the_connection_lives_on()
    {
        var connection = Ready(Only13);
        connection.Receive(Convert.FromHexString("0105000800000009" + "0405000800000001"), 1);
        Assert.True(connection.TryTake(out var message));
        Assert.Equal(4, message.Span[0]);
        Span<byte> output = new byte[64];
        int size = connection.TakeOutput(output);
        Assert.True(MessageCodec.TryDecode(output[..size], CodecContext.Default, out var answer, out _));
        Assert.Equal((OpenFlowError.BrcBadVersion, 9u), (Assert.IsType<ErrorMessage>(answer).Error, answer.Xid));
        Assert.Null(connection.Failure);
    }

    [Fact]
    public void Silence_is_answered_by_an_echo_request_and_then_by_the_end()
    {
        var connection = Ready(Only13, probeMs: 5000);
        connection.Tick(4999);
        Assert.Equal(0, connection.UnsentSize);
        connection.Tick(5000);
        Span<byte> output = new byte[64];
        int size = connection.TakeOutput(output);
        Assert.Equal("0402000800000000", Convert.ToHexString(output[..size]).ToLowerInvariant());
        connection.Receive(Convert.FromHexString("0403000800000000"), 6000);
        connection.Tick(10_999);
        Assert.Null(connection.Failure);
        connection.Tick(11_000);
        connection.Tick(15_999);
        Assert.Null(connection.Failure);
        connection.Tick(16_000);
        Assert.Equal("no response to inactivity probe after 5 seconds", connection.Failure);
    }

    [Fact]
    public void However_the_bytes_arrive_the_same_messages_come_out()
    {
        byte[] bytes = [.. MessageSamples.All().Where(s => s.Versions().Contains(OpenFlowVersion.V13))
            .SelectMany(s => MessageCodec.Encode(s.Message, OpenFlowVersion.V13, CodecContext.Default))];
        var expected = Messages(bytes, bytes.Length);
        Assert.True(expected.Count > 60);
        foreach (int size in new[] { 1, 2, 3, 7, 8, 9, 61, 1000 }) Assert.Equal(expected, Messages(bytes, size));
    }

    [Fact]
    public void A_stream_split_at_any_byte_gives_both_messages()
    {
        var bytes = Convert.FromHexString("0402000b00000001010203" + "0414000800000002");
        for (int at = 0; at <= bytes.Length; at++)
        {
            var stream = new OpenFlowStream();
            List<string> messages = [];
            foreach (var part in new[] { bytes[..at], bytes[at..] })
            {
                stream.Append(part);
                while (stream.TryTake(out var message)) messages.Add(Convert.ToHexString(message.Span));
            }
            Assert.Equal(["0402000B00000001010203", "0414000800000002"], messages);
        }
    }

    [Fact]
    public void A_length_below_the_headers_ends_the_stream()
    {
        var connection = Ready(Only13);
        connection.Receive(Convert.FromHexString("0414000700000002"), 1);
        Assert.False(connection.TryTake(out _));
        Assert.Equal("received too-short ofp_header (7 bytes)", connection.Failure);
    }

    [Fact]
    public void What_is_sent_leaves_in_order_in_pieces_of_any_size()
    {
        var connection = Ready(Only13);
        List<byte> taken = [], put = [];
        Span<byte> piece = new byte[17];
        for (int i = 0; i < 200; i++)
        {
            var echo = new EchoRequest(new HexBytes(Encoding.ASCII.GetBytes($"number {i}"))) { Xid = (uint)i };
            connection.Send(echo, CodecContext.Default);
            put.AddRange(MessageCodec.Encode(echo, OpenFlowVersion.V13, CodecContext.Default));
            taken.AddRange(piece[..connection.TakeOutput(piece)]);
        }
        while (connection.TakeOutput(piece) is > 0 and int size) taken.AddRange(piece[..size]);
        Assert.Equal(put, taken);
    }

    private static List<string> Messages(byte[] bytes, int pieceSize)
    {
        var stream = new OpenFlowStream();
        List<string> messages = [];
        for (int at = 0; at < bytes.Length; at += pieceSize)
        {
            stream.Append(bytes.AsSpan(at, Math.Min(pieceSize, bytes.Length - at)));
            while (stream.TryTake(out var message)) messages.Add(Convert.ToHexString(message.Span));
        }
        return messages;
    }

    private static OpenFlowConnection Ready(uint versions, int probeMs = 0)
    {
        var (a, b) = (new OpenFlowConnection(versions, probeMs, 0), new OpenFlowConnection(versions, 0, 0));
        Exchange(a, b);
        Assert.True(a.IsReady);
        return a;
    }

    private static void Exchange(OpenFlowConnection a, OpenFlowConnection b)
    {
        Span<byte> output = new byte[256];
        int fromA = a.TakeOutput(output);
        b.Receive(output[..fromA], 0);
        int fromB = b.TakeOutput(output);
        a.Receive(output[..fromB], 0);
        Assert.False(a.TryTake(out _));
        Assert.False(b.TryTake(out _));
    }
}
