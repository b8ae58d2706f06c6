using System.Buffers;

namespace Fabric.Ovsdb;

/// <summary>
/// The grammar of one JSON text (RFC 8259) as a machine that can stop after any byte. Numbers are only looked at as far as their bytes
/// can belong to one; whoever parses the text finds the rest. Error texts are those of OVS's lib/json.c.
/// </summary>
internal sealed class JsonGrammar(int maxDepth)
{
    private enum Lex { Between, Keyword, Number, String, Escape, Unicode }

    private enum Expect { Value, ValueOrEnd, Name, NameOrEnd, Colon, CommaOrEnd }

    private static readonly SearchValues<byte> EndsRun =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly byte[] _keyword = new byte[5];
    private ulong[] _isObject = new ulong[1];
    private Lex _lex;
    private Expect _expect = Expect.Value;
    private bool _isName;
    private int _tokenLength;
    private int _unicode;
    private int _leadingSurrogate;
    private int _depth;

    /// <summary>Bytes of the text read so far.</summary>
    public int Position { get; private set; }

    public bool HasBegun => Position > 0;

    public bool IsComplete { get; private set; }

    public string? Error { get; private set; }

    public void Reset()
    {
        (_lex, _expect, _depth, Position, IsComplete, _leadingSurrogate) = (Lex.Between, Expect.Value, 0, 0, false, 0);
        if (_isObject.Length > 1) _isObject = new ulong[1];
    }

    /// <summary>Reads on. Returns the bytes used, fewer than given only when the text is complete or wrong.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && !IsComplete && Error is null)
        {
            if (_lex == Lex.String)
            {
                int run = bytes[at..].IndexOfAny(EndsRun);
                if (run < 0) { at = bytes.Length; break; }
                if (run > 0) EndSurrogate();
                at += run;
                if (Error is not null) break;
            }
            if (Step(bytes[at])) at++;
        }
        Position += at;
        return Error is null ? at : 0;
    }

    /// <summary>One byte. False: it ended the token before it and has to be looked at again.</summary>
    private bool Step(byte b)
    {
        switch (_lex)
        {
            case Lex.Between: return Begin(b);
            case Lex.Keyword:
                if (!char.IsAsciiLetter((char)b)) return EndKeyword();
                if (_tokenLength == _keyword.Length) return Fail("invalid keyword");
                _keyword[_tokenLength++] = b;
                return true;
            case Lex.Number:
                if (".0123456789eE-+"u8.Contains(b)) return true;
                _lex = Lex.Between;
                AfterValue();
                return false;
            case Lex.String: return InString(b);
            case Lex.Escape: return InEscape(b);
            default: return InUnicode(b);
        }
    }

    private bool Begin(byte b)
    {
        switch (b)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n': return true;
            case (byte)'{' or (byte)'[': return Open(b == '{');
            case (byte)'}' or (byte)']': return Close(b == '}');
            case (byte)':':
                if (_expect != Expect.Colon) return FailSyntax();
                _expect = Expect.Value;
                return true;
            case (byte)',':
                if (_expect != Expect.CommaOrEnd) return FailSyntax();
                _expect = InObject ? Expect.Name : Expect.Value;
                return true;
            case (byte)'"':
                _isName = _expect is Expect.Name or Expect.NameOrEnd;
                if (!_isName && !MayBeValue) return FailSyntax();
                _lex = Lex.String;
                return true;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                if (!MayBeValue) return FailSyntax();
                _lex = Lex.Number;
                return true;
            case >= (byte)'a' and <= (byte)'z':
                if (!MayBeValue) return FailSyntax();
                (_lex, _keyword[0], _tokenLength) = (Lex.Keyword, b, 1);
                return true;
            default: return Fail(b is >= 0x20 and < 0x7f ? $"invalid character '{(char)b}'" : $"invalid character U+{b:x4}");
        }
    }

    private bool MayBeValue => _depth > 0 && _expect is Expect.Value or Expect.ValueOrEnd;

    private bool InObject => (_isObject[(_depth - 1) >> 6] >> ((_depth - 1) & 63) & 1) != 0;

    private bool Open(bool isObject)
    {
        if (_expect is not (Expect.Value or Expect.ValueOrEnd)) return FailSyntax();
        if (_depth == maxDepth) return Fail($"input exceeds maximum nesting depth {maxDepth}");
        int word = _depth >> 6;
        if (word == _isObject.Length) Array.Resize(ref _isObject, 2 * word);
        ulong bit = 1UL << (_depth & 63);
        _isObject[word] = isObject ? _isObject[word] | bit : _isObject[word] & ~bit;
        _depth++;
        _expect = isObject ? Expect.NameOrEnd : Expect.ValueOrEnd;
        return true;
    }

    private bool Close(bool isObject)
    {
        bool fits = _expect == Expect.CommaOrEnd || _expect == (isObject ? Expect.NameOrEnd : Expect.ValueOrEnd);
        if (!fits || _depth == 0 || InObject != isObject) return FailSyntax();
        _depth--;
        _expect = Expect.CommaOrEnd;
        IsComplete = _depth == 0;
        return true;
    }

    private void AfterValue() => _expect = Expect.CommaOrEnd;

    private bool EndKeyword()
    {
        ReadOnlySpan<byte> word = _keyword.AsSpan(0, _tokenLength);
        bool isKnown = word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) || word.SequenceEqual("null"u8);
        if (!isKnown) return Fail("invalid keyword");
        _lex = Lex.Between;
        AfterValue();
        return false;
    }

    private bool InString(byte b)
    {
        if (b == '\\')
        {
            _lex = Lex.Escape;
            return true;
        }
        EndSurrogate();
        if (b < 0x20) return Fail($"U+{b:X4} must be escaped in quoted string");
        _lex = Lex.Between;
        if (_isName) _expect = Expect.Colon;
        else AfterValue();
        return true;
    }

    private bool InEscape(byte b)
    {
        if (b == 'u')
        {
            (_lex, _tokenLength, _unicode) = (Lex.Unicode, 0, 0);
            return true;
        }
        EndSurrogate();
        _lex = Lex.String;
        return "\"\\/bfnrt"u8.Contains(b) || Fail("bad escape");
    }

    private bool InUnicode(byte b)
    {
        if (!char.IsAsciiHexDigit((char)b)) return Fail("malformed \\u escape");
        _unicode = (_unicode << 4) | ((b & 0xf) + 9 * (b >> 6));
        if (++_tokenLength < 4) return true;
        _lex = Lex.String;
        if (_unicode == 0) return Fail("null bytes not supported in quoted strings");
        bool isTrailing = _unicode is >= 0xdc00 and <= 0xdfff;
        if (_leadingSurrogate != 0 != isTrailing)
            return Fail("second half of escaped surrogate pair is not trailing surrogate");
        _leadingSurrogate = _unicode is >= 0xd800 and <= 0xdbff ? _unicode : 0;
        return true;
    }

    /// <summary>Half a surrogate pair has to be followed by the other half.</summary>
    private void EndSurrogate()
    {
        if (_leadingSurrogate != 0) Fail("malformed escaped surrogate pair");
    }

    private bool FailSyntax() => Fail(_depth == 0 ? "syntax error at beginning of input" : _expect switch
    {
        Expect.Name or Expect.NameOrEnd => "syntax error parsing object expecting string",
        Expect.Colon => "syntax error parsing object expecting ':'",
        Expect.CommaOrEnd => InObject ? "syntax error expecting '}' or ','" : "syntax error expecting ']' or ','",
        _ => "syntax error expecting value",
    });

    private bool Fail(string error)
    {
        Error ??= error;
        return false;
    }
}
