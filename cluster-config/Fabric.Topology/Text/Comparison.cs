using System.Globalization;

namespace Fabric.Topology;

/// <summary>
/// A condition on a measured number: <c>&gt;= 0.99</c>, <c>== 0</c>, <c>&lt; 5%</c>. A number alone means <c>==</c>; a percentage is a
/// hundredth. The canonical text has one space and no percent sign.
/// </summary>
public readonly record struct Comparison(ComparisonOperator Operator, double Value)
{
    // Two-character operators first: "<=" begins with "<".
    private static readonly (string Text, ComparisonOperator Operator)[] Operators =
    [
        (">=", ComparisonOperator.GreaterOrEqual),
        ("<=", ComparisonOperator.LessOrEqual),
        ("==", ComparisonOperator.Equal),
        ("!=", ComparisonOperator.NotEqual),
        (">", ComparisonOperator.Greater),
        ("<", ComparisonOperator.Less),
    ];

    public bool Holds(double measured) => Operator switch
    {
        ComparisonOperator.Equal => measured == Value,
        ComparisonOperator.NotEqual => measured != Value,
        ComparisonOperator.Less => measured < Value,
        ComparisonOperator.LessOrEqual => measured <= Value,
        ComparisonOperator.Greater => measured > Value,
        _ => measured >= Value,
    };

    public static bool TryParse(string text, out Comparison comparison)
    {
        string rest = text.Trim();
        var op = ComparisonOperator.Equal;
        foreach (var (sign, candidate) in Operators)
        {
            if (rest.StartsWith(sign, StringComparison.Ordinal))
            {
                op = candidate;
                rest = rest[sign.Length..].Trim();
                break;
            }
        }

        bool percent = rest.EndsWith('%');
        if (percent)
            rest = rest[..^1].TrimEnd();

        comparison = default;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!double.TryParse(rest, Style, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            return false;

        comparison = new Comparison(op, percent ? value / 100 : value);
        return true;
    }

    public override string ToString()
    {
        var op = Operator;
        string sign = Operators.First(o => o.Operator == op).Text;
        return string.Create(CultureInfo.InvariantCulture, $"{sign} {Value:R}");
    }
}
