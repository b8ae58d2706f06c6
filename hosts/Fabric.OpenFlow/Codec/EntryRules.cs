namespace Fabric.OpenFlow;

/// <summary>What a list of NXM or OXM entries may hold.</summary>
[Flags]
public enum EntryRules
{
    /// <summary>Known fields, each after what it depends on.</summary>
    Strict = 0,

    /// <summary>Unknown fields are skipped and nothing depends on anything: the metadata of a packet, not a rule.</summary>
    Loose = 1 << 0,

    /// <summary>Only fields that exist while a packet is in the tables.</summary>
    PipelineOnly = 1 << 1,

    /// <summary>The cookie may stand among the fields.</summary>
    WithCookie = 1 << 2,
}
