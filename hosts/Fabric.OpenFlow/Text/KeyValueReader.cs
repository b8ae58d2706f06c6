namespace Fabric.OpenFlow;

/// <summary>
/// Cuts <c>key=value,key(value),key:value,key</c> into pairs the way <c>ovs-ofctl</c> does: a value ends at a comma or blank outside of
/// parentheses and brackets. Positions count from 0 in the whole text.
/// </summary>
internal ref struct KeyValueReader(string text, int start, int end)
{
    private int _next = start;

    public string Key { get; private set; } = "";

    public string Value { get; private set; } = "";

    /// <summary>Where the pair starts in the text.</summary>
    public int Position { get; private set; }

    /// <summary>False at the end; an unbalanced parenthesis gives an <paramref name="error"/>.</summary>
    public bool Next(out string? error)
    {
        error = null;
        while (_next < end && IsSeparator(text[_next])) _next++;
        Position = _next;
        if (_next == end) return false;
        var i = _next;
        while (i < end && !IsSeparator(text[i]) && text[i] is not ('=' or ':' or '(')) i++;
        Key = text[_next..i];
        Value = "";
        if (i < end && text[i] is '=' or ':' or '(')
        {
            var isCall = text[i] == '(';
            if (!isCall) i++;
            var valueStart = i;
            var depth = 0;
            for (; i < end && (depth > 0 || !IsSeparator(text[i])); i++)
            {
                if (text[i] is '(' or '[') depth++;
                if (text[i] is ')' or ']' && --depth < 0) break;
            }

            if (depth != 0 || (i < end && text[i] is ')' or ']'))
            {
                error = RuleText.At(text, Position, "parentheses do not balance");
                return false;
            }

            Value = text[valueStart..i];
            if (isCall && Value.Length >= 2 && Value[0] == '(' && Value[^1] == ')') Value = Value[1..^1];
        }

        _next = i;
        return true;
    }

    private static bool IsSeparator(char c) => c is ',' or ' ' or '\t' or '\r' or '\n';
}
