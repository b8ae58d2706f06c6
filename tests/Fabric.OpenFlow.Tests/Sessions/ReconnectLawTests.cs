namespace Fabric.OpenFlow.Tests;

/// <summary>Properties of <see cref="ReconnectLaw"/> and <see cref="MultipartAssembler"/>.</summary>
public sealed class ReconnectLawTests
{
    [Fact]
    public void Failures_double_the_wait_up_to_eight_seconds_and_a_steady_connection_resets_it()
    {
        var law = new ReconnectLaw(0);
        long now = 0;
        List<int> waits = [];
        for (int i = 0; i < 6; i++)
        {
            Assert.True(law.ShouldConnect(now));
            law.Connecting(now);
            Assert.Equal("CONNECTING", law.StateName);
            law.Disconnected("Connection refused", now);
            waits.Add(law.BackoffMs);
            Assert.False(law.ShouldConnect(now + law.BackoffMs - 1));
            now += law.BackoffMs;
        }
        Assert.Equal([1000, 2000, 4000, 8000, 8000, 8000], waits);
        law.Connecting(now);
        law.Connected(now);
        law.Probed(now + 5000);
        Assert.Equal("IDLE", law.StateName);
        law.Heard(now + 6000);
        Assert.True(law.IsConnected);
        law.Disconnected("End of file", now + 9000);
        Assert.Equal(1000, law.BackoffMs);
        Assert.Equal(
            ["last_error=End of file", "state=BACKOFF", "sec_since_connect=9", "sec_since_disconnect=0"],
            law.Status(now + 9500).Select(p => $"{p.Key}={p.Value}"));
    }

    [Fact]
    public void An_attempt_times_out_after_the_wait_before_it()
    {
        var law = new ReconnectLaw(0, maxBackoffMs: 3000);
        law.Connecting(0);
        Assert.False(law.HasTimedOut(999));
        Assert.True(law.HasTimedOut(1000));
        law.Disconnected("Connection timed out", 1000);
        Assert.Equal(1000, law.BackoffMs);
    }

    [Fact]
    public void Table_features_in_several_messages_are_one_request()
    {
        var assembler = new MultipartAssembler();
        var side = TableInstructionFeatures.None;
        TableFeaturesRequest Part(byte table) => new([new TableFeatures(table, $"t{table}") { Rules = side, MissRule = side }]) { Xid = 5 };
        foreach (byte table in (ReadOnlySpan<byte>)[1, 2])
        {
            var part = MessageCodec.Encode(Part(table), OpenFlowVersion.V13, CodecContext.Default);
            part[11] = 1;
            Assert.True(assembler.TryDecode(part, OpenFlowVersion.V13, CodecContext.Default, 0, out var none, out _));
            Assert.Null(none);
        }
        var last = MessageCodec.Encode(Part(3), OpenFlowVersion.V13, CodecContext.Default);
        Assert.True(assembler.TryDecode(last, OpenFlowVersion.V13, CodecContext.Default, 0, out var whole, out _));
        Assert.Equal(["t1", "t2", "t3"], Assert.IsType<TableFeaturesRequest>(whole).Changes.Select(t => t.Name));
        Assert.Equal(long.MaxValue, assembler.DueMs);
    }

    [Fact]
    public void A_sequence_that_changes_its_type_or_stops_is_given_up()
    {
        var assembler = new MultipartAssembler();
        byte[] Part(MultipartRequest request, bool hasMore)
        {
            var bytes = MessageCodec.Encode(request with { Xid = 5 }, OpenFlowVersion.V13, CodecContext.Default);
            bytes[11] = hasMore ? (byte)1 : (byte)0;
            return bytes;
        }
        Assert.True(assembler.TryDecode(
            Part(new TableFeaturesRequest([]), true), OpenFlowVersion.V13, CodecContext.Default, 0, out _, out _));
        Assert.False(assembler.TryDecode(
            Part(new MeterFeaturesRequest(), false), OpenFlowVersion.V13, CodecContext.Default, 0, out _, out var error));
        Assert.Equal(OpenFlowError.BrcBadStat, error);
        Assert.True(assembler.TryDecode(
            Part(new TableFeaturesRequest([]), true), OpenFlowVersion.V13, CodecContext.Default, 0, out _, out _));
        Assert.False(assembler.TryTakeOverdue(999, out _));
        Assert.True(assembler.TryTakeOverdue(1000, out uint xid));
        Assert.Equal(5u, xid);
    }
}
