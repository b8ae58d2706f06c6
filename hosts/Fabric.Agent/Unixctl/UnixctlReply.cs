namespace Fabric.Agent;

/// <summary>What a command answers. The client prints an error's text to standard error and ends with status 2.</summary>
public readonly record struct UnixctlReply(string Text, bool IsError)
{
    public static UnixctlReply Done { get; } = new("", false);

    public ReplyMoment When { get; init; }

    public static UnixctlReply Ok(string text) => new(text, false);

    public static UnixctlReply Fail(string text) => new(text, true);
}
