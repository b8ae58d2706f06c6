namespace Fabric.Agent;

/// <summary>When an answer may leave.</summary>
public enum ReplyMoment
{
    Now,

    /// <summary>When the next whole sweep over the flows has ended.</summary>
    AfterSweep,

    /// <summary>When the time that a test lets pass has passed.</summary>
    AfterWarp,
}
