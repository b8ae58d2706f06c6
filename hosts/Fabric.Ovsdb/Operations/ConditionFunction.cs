namespace Fabric.Ovsdb;

/// <summary>The comparisons of conditions (RFC 7047, section 5.1, "function"), and the two that take no column.</summary>
public enum ConditionFunction
{
    Never,
    Always,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Includes,
    Excludes,
}
