namespace Fabric.Agent;

/// <summary>What <c>ovs-ofctl dump-desc</c> shows of a bridge.</summary>
/// <param name="SerialNumber"><c>other_config:dp-sn</c>.</param>
/// <param name="Datapath"><c>other_config:dp-desc</c>.</param>
public sealed record SwitchTexts(string SerialNumber = "None", string Datapath = "None")
{
    public const string Manufacturer = "Nicira, Inc.";
    public const string Hardware = "Open vSwitch";

    /// <summary>The version whose behaviour this is.</summary>
    public const string Software = "3.1.0";
}
