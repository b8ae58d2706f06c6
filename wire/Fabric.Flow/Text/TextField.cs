namespace Fabric.Flow.Text;

/// <summary>One <c>name=value</c> inside a group's parentheses. <paramref name="OtherName"/> is accepted as well.</summary>
internal readonly record struct TextField(string Name, FlowField Field, TextKind Kind, string? OtherName = null);
