using System.Text;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Two ends of a session with a link between them that can be cut, each way, and time in steps of 10 ms.</summary>
public class BfdSessionTests
{
    private const int StepMs = 10;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), out var seed) ? seed : 5880;

    private readonly BfdSession _left = new(0x11, 49_152, () => 0, new Random(Seed));
    private readonly BfdSession _right = new(0x22, 49_153, () => 0, new Random(Seed + 1));
    private readonly List<long> _sentByLeftMs = [];
    private long _nowMs = 1_000;
    private bool _isCutToRight;
    private bool _isCutToLeft;

    [Fact]
    public void D1_both_ends_come_up_and_say_so()
    {
        Configure(new BfdSettings(), new BfdSettings());
        Assert.False(_left.IsForwarding);
        Run(3_500);
        Assert.Equal((BfdState.Up, BfdState.Up), (_left.State, _right.State));
        Assert.Equal((true, 1L), (_left.IsForwarding, _left.FlapCount));
        Assert.Equal("up", _right.Status["remote_state"]);
    }

    [Fact]
    public void D1_an_end_that_is_not_heard_does_not_come_up()
    {
        _isCutToRight = true;
        Configure(new BfdSettings(), new BfdSettings());
        Run(20_000);
        Assert.Equal((BfdState.Init, BfdState.Down), (_left.State, _right.State));
        Assert.False(_left.IsForwarding || _right.IsForwarding);
    }

    [Theory]
    [InlineData(0, 0x40)] // another version
    [InlineData(1, 0xc4)] // authenticated
    [InlineData(1, 0xc1)] // multipoint
    [InlineData(2, 0)] // no multiplier
    [InlineData(3, 23)] // too short
    [InlineData(11, 0x99)] // for another session
    [InlineData(-20, 254)] // time to live: it has come from further away
    public void D1_a_packet_that_is_none_for_this_session_changes_nothing(int at, byte value)
    {
        const int payload = BfdMessage.FrameSize - BfdMessage.Size;
        Configure(new BfdSettings(), new BfdSettings());
        Run(3_500);
        var frame = new byte[BfdMessage.FrameSize];
        new BfdMessage(BfdState.Down, BfdDiagnostic.None, BfdFlags.None, 3, 0x22, 0x11, 1, 1).Write(frame, default, 1, new BfdSettings());
        frame[payload + at] = value;
        _left.Receive(frame, _nowMs);
        Assert.Equal(BfdState.Up, _left.State);
        for (var size = 0; size < frame.Length; size++) _left.Receive(frame.AsSpan(0, size), _nowMs);
        Assert.Equal(BfdState.Up, _left.State);
        new BfdMessage(BfdState.Down, BfdDiagnostic.None, BfdFlags.None, 3, 0x22, 0x11, 1, 1).Write(frame, default, 1, new BfdSettings());
        _left.Receive(frame, _nowMs);
        Assert.Equal(BfdState.Down, _left.State);
    }

    [Fact]
    public void D2_silence_is_noticed_after_the_multiplier_times_the_interval()
    {
        Configure(new BfdSettings { MinRxMs = 100 }, new BfdSettings { MinRxMs = 100, Multiplier = 5 });
        Run(6_000);
        Assert.Equal(BfdState.Up, _left.State);
        _isCutToLeft = true;
        Run(390); // the last packet may be 100 ms old
        Assert.True(_left.IsForwarding);
        Run(120);
        Assert.Equal((false, BfdState.Down), (_left.IsForwarding, _left.State));
        Assert.Equal("Control Detection Time Expired", _left.Status["diagnostic"]);
        Run(1_100);
        Assert.Equal((false, "Neighbor Signaled Session Down"), (_right.IsForwarding, _right.Status["diagnostic"]));
        _isCutToLeft = false;
        Run(4_000);
        Assert.Equal((true, true, 3L), (_left.IsForwarding, _right.IsForwarding, _left.FlapCount));
    }

    [Fact]
    public void D3_a_slower_pace_holds_only_when_the_other_end_knows_of_it()
    {
        Configure(new BfdSettings { MinRxMs = 100 }, new BfdSettings { MinRxMs = 100 });
        Run(6_000);
        _isCutToRight = true;
        _left.Configure(_left.Settings with { MinTxMs = 800 }, _nowMs);
        Assert.Contains("Local Flags: poll", Describe(_left), StringComparison.Ordinal);
        Assert.Contains("TX Interval: Approx 100ms", Describe(_left), StringComparison.Ordinal);
        _isCutToRight = false;
        Run(200);
        Assert.Contains("Local Flags: none", Describe(_left), StringComparison.Ordinal);
        Assert.Contains("TX Interval: Approx 800ms", Describe(_left), StringComparison.Ordinal);
        Assert.Contains("RX Interval: Approx 800ms", Describe(_right), StringComparison.Ordinal);
        Run(10_000);
        Assert.Equal((1L, 1L), (_left.FlapCount, _right.FlapCount));
    }

    [Fact]
    public void D4_packets_leave_early_by_a_quarter_at_most_and_never_late()
    {
        Configure(new BfdSettings { MinTxMs = 200, MinRxMs = 200 }, new BfdSettings { MinTxMs = 200, MinRxMs = 200 });
        Run(6_000);
        _sentByLeftMs.Clear();
        Run(20_000);
        var gaps = _sentByLeftMs.Zip(_sentByLeftMs.Skip(1), (a, b) => b - a).ToList();
        Assert.True(gaps.Count > 90);
        Assert.All(gaps, gap => Assert.InRange(gap, 150, 200 + StepMs));
        Assert.True(gaps.Distinct().Count() > 2);
    }

    [Fact]
    public void D4_a_session_that_is_not_up_sends_about_one_packet_a_second()
    {
        _isCutToRight = true;
        Configure(new BfdSettings { MinTxMs = 10, MinRxMs = 10 }, new BfdSettings { MinTxMs = 10, MinRxMs = 10 });
        Run(20_000);
        Assert.InRange(_sentByLeftMs.Count, 20, 28);
    }

    [Fact]
    public void D5_a_verdict_by_hand_counts_no_flaps()
    {
        Configure(new BfdSettings(), new BfdSettings());
        Run(3_500);
        _left.SetForwarding(false);
        Assert.False(_left.IsForwarding);
        _isCutToLeft = true;
        Run(5_000);
        _left.SetForwarding(true);
        Assert.Equal((true, 1L), (_left.IsForwarding, _left.FlapCount));
        _left.SetForwarding(null);
        Run(StepMs);
        Assert.Equal((false, 2L), (_left.IsForwarding, _left.FlapCount));
    }

    [Fact]
    public void A_broken_path_behind_one_end_is_told_to_the_other()
    {
        Configure(new BfdSettings(), new BfdSettings());
        Run(3_500);
        _left.Configure(_left.Settings with { IsConcatenatedPathDown = true }, _nowMs);
        Run(2_000);
        Assert.Equal((BfdState.Up, false), (_right.State, _right.IsForwarding));
        Assert.Equal("Concatenated Path Down", _right.Status["remote_diagnostic"]);
        _left.Configure(_left.Settings with { IsConcatenatedPathDown = false }, _nowMs);
        Run(2_000);
        Assert.True(_right.IsForwarding);
    }

    [Fact]
    public void Packets_of_others_keep_a_way_forwarding_for_a_while()
    {
        Configure(new BfdSettings { MinRxMs = 100, ForwardsIfReceiving = true }, new BfdSettings { MinRxMs = 100 });
        Run(6_000);
        _isCutToLeft = true;
        for (var i = 0; i < 50; i++)
        {
            Run(100);
            _left.Account(_nowMs);
        }

        Assert.Equal((BfdState.Down, true), (_left.State, _left.IsForwarding));
        Run(2_100);
        Assert.False(_left.IsForwarding);
    }

    [Fact]
    public void Without_data_the_pace_decays_and_data_brings_it_back()
    {
        long received = 0;
        var left = new BfdSession(0x33, 49_154, () => received, new Random(Seed + 2));
        left.Configure(new BfdSettings { MinRxMs = 100, DecayMinRxMs = 2_000 }, _nowMs);
        _right.Configure(new BfdSettings { MinRxMs = 100 }, _nowMs);
        for (var i = 0; i < 1_000; i++) Step(left, _right);
        Assert.Contains("RX Interval: Approx 2000ms", Describe(left), StringComparison.Ordinal);
        for (var i = 0; i < 1_000; i++)
        {
            received += 5;
            Step(left, _right);
        }

        Assert.Contains("RX Interval: Approx 100ms", Describe(left), StringComparison.Ordinal);
        Assert.Equal(1, left.FlapCount);
    }

    [Fact]
    public void Random_loss_and_new_settings_leave_both_ends_well()
    {
        var random = new Random(Seed);
        Configure(new BfdSettings { MinRxMs = 50 }, new BfdSettings { MinRxMs = 50 });
        for (var i = 0; i < 200; i++)
        {
            (_isCutToLeft, _isCutToRight) = (random.Next(4) == 0, random.Next(4) == 0);
            var session = random.Next(2) == 0 ? _left : _right;
            if (random.Next(3) == 0)
            {
                var (minTxMs, minRxMs) = (random.Next(1, 900), random.Next(1, 900));
                session.Configure(new BfdSettings { MinTxMs = minTxMs, MinRxMs = minRxMs, Multiplier = random.Next(1, 6) }, _nowMs);
            }

            Run(random.Next(1_000));
        }

        (_isCutToLeft, _isCutToRight) = (false, false);
        Run(20_000);
        Assert.True(_left.IsForwarding && _right.IsForwarding, $"seed {Seed}\n{Describe(_left)}\n{Describe(_right)}");
    }

    private void Configure(BfdSettings left, BfdSettings right)
    {
        _left.Configure(left, _nowMs);
        _right.Configure(right, _nowMs);
    }

    private void Run(long ms)
    {
        for (var untilMs = _nowMs + ms; _nowMs < untilMs;) Step(_left, _right);
    }

    private void Step(BfdSession left, BfdSession right)
    {
        _nowMs += StepMs;
        left.Run(_nowMs);
        right.Run(_nowMs);
        var frame = new byte[BfdMessage.FrameSize];
        for (var round = 0; round < 4; round++)
        {
            if (left.MustSend(_nowMs))
            {
                left.Write(frame, default, _nowMs);
                _sentByLeftMs.Add(_nowMs);
                if (!_isCutToRight) right.Receive(frame, _nowMs);
            }

            if (!right.MustSend(_nowMs)) continue;
            right.Write(frame, default, _nowMs);
            if (!_isCutToLeft) left.Receive(frame, _nowMs);
        }
    }

    private string Describe(BfdSession session)
    {
        var text = new StringBuilder();
        session.Describe(text, _nowMs);
        return text.ToString();
    }
}
