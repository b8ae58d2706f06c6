namespace Fabric.Tidy.Tests;

/// <summary>A method, property or constructor, from its header to its closing brace.</summary>
public sealed record MemberOutline(string Header, int Line, int LineCount);
