namespace Fabric.Topology;

/// <summary>The shape of a value and its bounds.</summary>
internal sealed record ValueRule(ValueShape Shape)
{
    /// <summary>Of <see cref="ValueShape.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Words that the format knows and this version does not.</summary>
    public IReadOnlyList<string> LaterChoices { get; init; } = [];

    /// <summary>Of <see cref="ValueShape.Integer"/>; of <see cref="ValueShape.List"/> the number of items.</summary>
    public long Min { get; init; }

    public long Max { get; init; } = int.MaxValue;

    /// <summary>Of maps and verbs.</summary>
    public IReadOnlyList<KeyRule> Keys { get; init; } = [];

    /// <summary>Of lists and maps by name.</summary>
    public ValueRule? Item { get; init; }

    public static ValueRule Integer(long min, long max) => new(ValueShape.Integer) { Min = min, Max = max };

    public static ValueRule Choice(params IReadOnlyList<string> choices) => new(ValueShape.Choice) { Choices = choices };

    public static ValueRule List(ValueRule item, long min = 0) => new(ValueShape.List) { Item = item, Min = min };

    public static ValueRule OneOrMany(ValueRule item) => new(ValueShape.OneOrMany) { Item = item, Min = 1 };

    public static ValueRule Map(params IReadOnlyList<KeyRule> keys) => new(ValueShape.Map) { Keys = keys };

    public static ValueRule Verb(params IReadOnlyList<KeyRule> keys) => new(ValueShape.Verb) { Keys = keys };

    public static ValueRule ByName(ValueRule item) => new(ValueShape.ByName) { Item = item };

    public static implicit operator ValueRule(ValueShape shape) => new(shape);
}
