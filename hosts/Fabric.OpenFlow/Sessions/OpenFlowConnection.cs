using System.Numerics;
using System.Text;

namespace Fabric.OpenFlow;

/// <summary>
/// One OpenFlow connection below its session, of either side: greets, agrees on a version (OpenFlow 1.5 section 6.3.1), and asks a peer
/// that is silent whether it is there. It is given bytes and gives bytes; a socket belongs to its owner. Echo requests are left to the
/// session, which may have to answer them behind other requests.
///
/// 1. Both sides send their hello at once; the version is the highest that both allow. A peer without one in common is told so in OVS's
///    words and the connection ends (lib/vconn.c).
/// 2. After that a message of another version gets <c>OFPBRC_BAD_VERSION</c> and is as if it had not come, unless it is one of those that
///    every version has.
/// 3. Silence for the probe's interval sends an echo request, twice that ends the connection; bytes sent count as signs of life too, as
///    they do for OVS (lib/rconn.c).
/// </summary>
public sealed class OpenFlowConnection
{
    /// <summary>OpenFlow 1.0 to 1.5; bit n is wire version n.</summary>
    public const uint AllVersions = 0x7e;

    private const byte HelloType = 0;
    private const byte LastCommonType = 3;

    private readonly OpenFlowStream _input = new();
    private readonly WireWriter _output = new();
    private readonly uint _allowed;
    private readonly int _probeMs;
    private int _taken;
    private long _nowMs;
    private long _activeMs;
    private bool _isProbed;

    /// <param name="allowedVersions">Bit n is wire version n; at least one.</param>
    /// <param name="probeMs">Silence after which the peer is asked; 0 is never.</param>
    public OpenFlowConnection(uint allowedVersions, int probeMs, long nowMs)
    {
        (_allowed, _probeMs, _nowMs, _activeMs) = (allowedVersions, probeMs, nowMs, nowMs);
        var highest = (OpenFlowVersion)BitOperations.Log2(allowedVersions);
        MessageCodec.Encode(new Hello(allowedVersions) { Xid = 1 }, highest, CodecContext.Default, _output);
    }

    /// <summary>A version is agreed on.</summary>
    public bool IsReady { get; private set; }

    public OpenFlowVersion Version { get; private set; }

    /// <summary>Why the connection has to end, once what is to be sent has been; null while it goes on.</summary>
    public string? Failure { get; private set; }

    /// <summary>Bytes to be sent; the owner stops reading requests when there are too many.</summary>
    public int UnsentSize => _output.Size - _taken;

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public long DueMs => _probeMs <= 0 ? long.MaxValue : _activeMs + _probeMs;

    public void Receive(ReadOnlySpan<byte> bytes, long nowMs)
    {
        (_nowMs, _activeMs, _isProbed) = (nowMs, nowMs, false);
        if (Failure is null) _input.Append(bytes);
    }

    /// <summary>The next whole message of the session, until the next call of <see cref="Receive"/>.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        while (Failure is null && _input.TryTake(out message))
        {
            if (!IsReady) Agree(message.Span);
            else if (IsOfSession(message.Span)) return true;
        }
        if (_input.Failure is { } failure) Fail(failure);
        message = default;
        return false;
    }

    public void Send(OpenFlowMessage message, CodecContext context) => MessageCodec.Encode(message, Version, context, _output);

    public void SendRaw(ReadOnlySpan<byte> message) => _output.Bytes(message);

    /// <summary>What was put in since <see cref="UnsentSize"/> was <paramref name="unsentSize"/>.</summary>
    public ReadOnlySpan<byte> SentSince(int unsentSize) => _output.Written[(_taken + unsentSize)..];

    /// <summary>The next bytes for the peer; 0 when there are none.</summary>
    public int TakeOutput(Span<byte> destination)
    {
        int size = Math.Min(destination.Length, UnsentSize);
        if (size == 0) return 0;
        _output.Written.Slice(_taken, size).CopyTo(destination);
        _taken += size;
        _activeMs = Math.Max(_activeMs, _nowMs);
        // What is left moves to the front when that is less work than what was sent.
        if (_taken <= UnsentSize) return size;
        var rest = _output.Written[_taken..].ToArray();
        _output.Clear();
        _output.Bytes(rest);
        _taken = 0;
        return size;
    }

    public void Tick(long nowMs)
    {
        _nowMs = nowMs;
        if (nowMs < DueMs || Failure is not null) return;
        if (_isProbed)
        {
            Fail($"no response to inactivity probe after {_probeMs / 1000} seconds");
            return;
        }
        (_activeMs, _isProbed) = (nowMs, true);
        if (IsReady) Send(new EchoRequest(HexBytes.Empty), CodecContext.Default);
    }

    private void Agree(ReadOnlySpan<byte> message)
    {
        if (!MessageCodec.TryDecode(message, CodecContext.Default, out var decoded, out _) || decoded is not Hello hello)
        {
            Fail("received message while expecting hello");
            return;
        }
        uint common = hello.Versions & _allowed;
        if (common != 0)
        {
            (Version, IsReady) = ((OpenFlowVersion)BitOperations.Log2(common), true);
            return;
        }
        // In the peer's version, or in the first when nobody knows that.
        var theirs = (OpenFlowVersion)BitOperations.Log2(hello.Versions);
        if (theirs is < OpenFlowVersion.V10 or > OpenFlowVersion.V15) theirs = OpenFlowVersion.V10;
        string text = $"We support {Format(_allowed)}, you support {Format(hello.Versions)}, no common versions.";
        var payload = new HexBytes(Encoding.ASCII.GetBytes(text));
        MessageCodec.Encode(new ErrorMessage(OpenFlowError.HfcIncompatible, payload), theirs, CodecContext.Default, _output);
        Fail($"version negotiation failed (we support {Format(_allowed)}, peer supports {Format(hello.Versions)})");
    }

    private bool IsOfSession(ReadOnlySpan<byte> message)
    {
        if (message[1] == HelloType) return false;
        if (message[0] == (byte)Version || message[1] <= LastCommonType) return true;
        // The answer is in the version of the question, or in the first when nobody knows that.
        var version = message[0] is >= (byte)OpenFlowVersion.V10 and <= (byte)OpenFlowVersion.V15
            ? (OpenFlowVersion)message[0] : OpenFlowVersion.V10;
        MessageCodec.Encode(MessageCodec.ErrorFor(OpenFlowError.BrcBadVersion, message), version, CodecContext.Default, _output);
        return false;
    }

    private static string Format(uint versions)
    {
        var list = Enumerable.Range(0, 32).Where(v => (versions >> v & 1) != 0).Select(v => $"0x{v:x2}").ToList();
        return list.Count switch { 0 => "no versions", 1 => $"version {list[0]}", _ => $"versions {string.Join(", ", list)}" };
    }

    private void Fail(string reason) => Failure ??= reason;
}
