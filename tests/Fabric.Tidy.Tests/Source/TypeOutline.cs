namespace Fabric.Tidy.Tests;

/// <param name="Keyword">class, struct, interface, enum, record or delegate.</param>
/// <param name="Header">The declaration without attributes.</param>
public sealed record TypeOutline(string Name, string Keyword, string Header, int Line, bool IsTopLevel)
{
    public bool IsPublic => Header.StartsWith("public ", StringComparison.Ordinal);
    public bool IsAbstract => Header.Contains(" abstract ", StringComparison.Ordinal);
}
