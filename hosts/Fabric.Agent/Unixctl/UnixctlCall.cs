namespace Fabric.Agent;

/// <summary>A command that passed the checks of its <see cref="UnixctlRegistry"/>, at the time it runs.</summary>
public readonly record struct UnixctlCall(IReadOnlyList<string> Arguments, long NowMs)
{
    public int Count => Arguments.Count;

    public string this[int index] => Arguments[index];
}
