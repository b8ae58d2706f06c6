namespace Fabric.Cli.Render;

/// <summary>What a cell means to the eye; the printer chooses the colour.</summary>
internal enum Tone
{
    Plain,
    Dim,
    Strong,
    Good,
    Warn,
    Bad,
    Nic,
    Kernel,
    Agent,
}
