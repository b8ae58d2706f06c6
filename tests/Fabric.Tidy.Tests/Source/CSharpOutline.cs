using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>
/// The types and members of one C# file, found by its braces. It is no parser: it knows that a block directly inside a type is a member,
/// and that a block whose header names a kind of type is a type.
/// </summary>
public sealed partial class CSharpOutline
{
    private enum Block : byte
    {
        Namespace,
        Type,
        Inner,
    }

    private readonly string _code;
    private readonly Stack<(Block Kind, string Header, int Line)> _open = [];
    private readonly List<TypeOutline> _types = [];
    private readonly List<MemberOutline> _members = [];
    private int _headerStart;

    private CSharpOutline(string text) => _code = CSharpMask.Apply(text);

    public IReadOnlyList<TypeOutline> Types => _types;
    public IReadOnlyList<MemberOutline> Members => _members;

    public static CSharpOutline Of(SourceFile file)
    {
        var outline = new CSharpOutline(file.Text);
        outline.Scan();
        return outline;
    }

    private Block Parent => _open.Count == 0 ? Block.Namespace : _open.Peek().Kind;

    private void Scan()
    {
        int line = 1, headerLine = 1, parentheses = 0;
        bool inHeader = false, inAttribute = false;
        for (int i = 0; i < _code.Length; i++)
        {
            char c = _code[i];
            line += c == '\n' ? 1 : 0;
            if (!inHeader && !char.IsWhiteSpace(c))
            {
                inHeader = true;
                headerLine = line;
                inAttribute = c == '[';
            }

            parentheses += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (inAttribute && parentheses == 0)
                inHeader = inAttribute = false;

            switch (c)
            {
                case '{' when parentheses > 0:
                    _open.Push((Block.Inner, "", line));
                    continue;
                case '{':
                    Open(Header(i), headerLine);
                    break;
                case '}':
                    Close(line);
                    break;
                case ';' when parentheses == 0:
                    End(Header(i), headerLine, line);
                    break;
                default:
                    continue;
            }

            if (parentheses == 0)
            {
                _headerStart = i + 1;
                inHeader = false;
            }
        }
    }

    private string Header(int end) => Attributes().Replace(Spaces().Replace(_code[_headerStart..end], " ").Trim(), "").Trim();

    private void Open(string header, int line)
    {
        if (Parent == Block.Inner)
        {
            _open.Push((Block.Inner, "", line));
            return;
        }

        if (header.StartsWith("namespace ", StringComparison.Ordinal))
            _open.Push((Block.Namespace, "", line));
        else if (TryType(header, line))
            _open.Push((Block.Type, "", line));
        else
            _open.Push((Block.Inner, Parent == Block.Type && !IsInitialiser(header) ? header : "", line));
    }

    private void Close(int line)
    {
        if (_open.Count == 0)
            return;

        var (_, header, opened) = _open.Pop();
        if (header.Length > 0)
            _members.Add(new MemberOutline(header, opened, line - opened + 1));
    }

    /// <summary>A declaration without a block: a record of one line, a delegate, an expression-bodied member.</summary>
    private void End(string header, int first, int last)
    {
        if (Parent == Block.Inner || TryType(header, first))
            return;

        if (Parent == Block.Type && header.Contains("=>", StringComparison.Ordinal) && !IsInitialiser(header))
            _members.Add(new MemberOutline(header, first, last - first + 1));
    }

    private bool TryType(string header, int line)
    {
        int parameters = header.IndexOf('(', StringComparison.Ordinal);
        var match = TypeKeyword().Match(parameters < 0 || header.Contains("delegate ", StringComparison.Ordinal)
            ? header : header[..parameters]);
        if (!match.Success)
            return false;

        string keyword = match.Groups["keyword"].Value;
        string name = keyword == "delegate" ? DelegateName().Match(header).Groups[1].Value : match.Groups["name"].Value;
        _types.Add(new TypeOutline(name, keyword, header, line, Parent == Block.Namespace));
        return true;
    }

    /// <summary>A table in a field is as long as it must be; only code is measured.</summary>
    private static bool IsInitialiser(string header)
    {
        int assignment = Assignment().Match(header) is { Success: true } match ? match.Index : int.MaxValue;
        int arrow = header.IndexOf("=>", StringComparison.Ordinal) is >= 0 and var i ? i : int.MaxValue;
        int parameters = header.IndexOf('(', StringComparison.Ordinal) is >= 0 and var p ? p : int.MaxValue;
        return assignment < arrow && assignment < parameters && !header.Contains("operator ", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^(\[(?>[^\[\]]|(?<open>\[)|(?<-open>\]))*(?(open)(?!))\]\s*)+")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"(?:^|\s)(?<keyword>class|struct|interface|enum|record|delegate)\s+(?:struct\s+|class\s+)?(?<name>[A-Za-z_]\w*)")]
    private static partial Regex TypeKeyword();

    [GeneratedRegex(@"(\w+)\s*(?:<[^>]*>)?\s*\(")]
    private static partial Regex DelegateName();

    [GeneratedRegex(@"(?<![=!<>])=(?![=>])")]
    private static partial Regex Assignment();
}
