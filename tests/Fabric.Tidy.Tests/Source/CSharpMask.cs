namespace Fabric.Tidy.Tests;

/// <summary>Blanks comments, strings, characters and directives out of C# text, so that what is left can be counted by its braces. Lines
/// stay.</summary>
public sealed class CSharpMask
{
    private readonly string _text;
    private readonly char[] _masked;
    private int _at;

    private CSharpMask(string text)
    {
        _text = text;
        _masked = text.ToCharArray();
    }

    public static string Apply(string text)
    {
        var mask = new CSharpMask(text);
        while (mask._at < text.Length)
            mask.Step();
        return new string(mask._masked);
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Step()
    {
        if (Peek() == '/' && Peek(1) == '/')
            BlankTo(_text.IndexOf('\n', _at));
        else if (Peek() == '#' && IsFirstOfLine())
            BlankTo(_text.IndexOf('\n', _at));
        else if (Peek() == '/' && Peek(1) == '*')
            BlankTo(After(_text.IndexOf("*/", _at + 2, StringComparison.Ordinal), 2));
        else if (Peek() == '\'')
            Character();
        else if (!TryString())
            _at++;
    }

    private bool IsFirstOfLine()
    {
        int i = _at - 1;
        while (i >= 0 && _text[i] is ' ' or '\t')
            i--;
        return i < 0 || _text[i] == '\n';
    }

    private void Character()
    {
        int end = _at + 1;
        while (end < _text.Length && _text[end] != '\'' && _text[end] != '\n')
            end += _text[end] == '\\' ? 2 : 1;
        BlankTo(end + 1);
    }

    /// <summary>Any of <c>"" @"" $"" $@"" """""" $$""""""</c>; false when none begins here.</summary>
    private bool TryString()
    {
        int prefix = 0;
        bool isVerbatim = false;
        int dollars = 0;
        for (; Peek(prefix) is '@' or '$'; prefix++)
        {
            isVerbatim |= Peek(prefix) == '@';
            dollars += Peek(prefix) == '$' ? 1 : 0;
        }

        if (Peek(prefix) != '"')
            return false;

        Blank(prefix);
        int quotes = 0;
        while (Peek(quotes) == '"')
            quotes++;

        if (quotes >= 3 && !isVerbatim)
            BlankTo(After(_text.IndexOf(new string('"', quotes), _at + quotes, StringComparison.Ordinal), quotes));
        else
            Quoted(isVerbatim, dollars > 0);
        return true;
    }

    private void Quoted(bool isVerbatim, bool isInterpolated)
    {
        Blank(1);
        while (_at < _text.Length)
        {
            char c = Peek();
            bool isPair = (isVerbatim && c == '"' && Peek(1) == '"')
                || (!isVerbatim && c == '\\')
                || (isInterpolated && c is '{' or '}' && Peek(1) == c);
            if (isPair)
            {
                Blank(2);
            }
            else if (isInterpolated && c == '{')
            {
                Hole();
            }
            else
            {
                Blank(1);
                if (c == '"' || (c == '\n' && !isVerbatim))
                    return;
            }
        }
    }

    /// <summary>The code between the braces of an interpolated string may hold strings itself.</summary>
    private void Hole()
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            if (TryString())
                continue;

            char c = Peek();
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            Blank(1);
            if (depth == 0)
                return;
        }
    }

    private int After(int found, int size) => found < 0 ? _text.Length : found + size;

    private void Blank(int count) => BlankTo(_at + count);

    private void BlankTo(int end)
    {
        int stop = end < 0 ? _text.Length : Math.Min(end, _text.Length);
        for (; _at < stop; _at++)
        {
            if (_text[_at] != '\n')
                _masked[_at] = ' ';
        }
    }
}
