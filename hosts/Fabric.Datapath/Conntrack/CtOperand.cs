using System.Globalization;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary><see cref="CtParameters"/> made ready.</summary>
public sealed class CtOperand
{
    public CtOperand(CtParameters ct)
    {
        // Forcing implies committing.
        IsForced = ct.Force;
        IsCommit = ct.Commit || ct.Force;
        Zone = ct.Zone ?? 0;
        Mark = ct.Mark;
        MarkMask = ct.MarkMask;
        Label = ct.Label;
        LabelMask = ct.LabelMask;
        Nat = ct.Nat is null ? null : new NatRange(ct.Nat);
        if (uint.TryParse(ct.Timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var policy)) TimeoutPolicy = policy;
    }

    public bool IsCommit { get; }

    public bool IsForced { get; }

    public ushort Zone { get; }

    public uint? Mark { get; }

    public uint MarkMask { get; }

    public UInt128? Label { get; }

    public UInt128 LabelMask { get; }

    internal NatRange? Nat { get; }

    /// <summary>Number of a policy; one that nobody has set means the default values.</summary>
    public uint TimeoutPolicy { get; }
}
