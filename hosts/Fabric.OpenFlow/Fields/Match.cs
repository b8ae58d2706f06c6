using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>
/// The condition of a rule: <see cref="Value"/> under <see cref="Mask"/>. Bits of the value outside of the mask are zero, so equal
/// conditions are equal structs. It is built with <see cref="Set(OpenFlowField, UInt128)"/> and not changed once a rule holds it.
/// </summary>
public sealed class Match : IEquatable<Match>
{
    /// <summary>A field, so that it can be passed by reference; some 900 bytes are too many to copy.</summary>
    public OpenFlowKey Value;

    /// <inheritdoc cref="Value"/>
    public OpenFlowKey Mask;

    /// <summary>Where the fields for tunnel options lie that this match speaks of. Not part of equality: places do not change.</summary>
    public TunnelOptionMap TunnelOptions { get; set; } = TunnelOptionMap.Empty;

    /// <summary>Matches every packet; a new object, to be narrowed.</summary>
    public static Match Any => new();

    /// <summary>Matches every packet; one object for all, never to be changed. Two kilobytes are too many for a default.</summary>
    internal static Match Everything { get; } = new();

    public static Match Of(ref OpenFlowKey key, ref OpenFlowKey mask)
    {
        var match = new Match { Mask = mask };
        OpenFlowKey.And(ref key, ref mask, out match.Value);
        return match;
    }

    public Match Set(OpenFlowField field, UInt128 value) => Set(field, value, field.AllOnes);

    public Match Set(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        // Of this field's 32 bits on the wire eight are kept (struct flow, ct_state).
        if (field == OpenFlowFields.CtState) mask &= 0xff;
        field.SetMasked(ref Value, value, mask);
        field.SetMasked(ref Mask, mask, mask);
        return this;
    }

    /// <summary>The same, but of what was said of the field before nothing is left.</summary>
    public Match Replace(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        field.SetMasked(ref Value, value & mask, field.AllOnes);
        field.SetMasked(ref Mask, mask, field.AllOnes);
        return this;
    }

    public Match SetInPort(OfpPort port) => Set(OpenFlowFields.InPort, port.Value);

    /// <summary>Matches every packet again.</summary>
    internal void Clear()
    {
        Value = default;
        Mask = default;
        TunnelOptions = TunnelOptionMap.Empty;
    }

    /// <summary>The exact value of <paramref name="field"/>, when the match has one.</summary>
    public bool TryGetExact(OpenFlowField field, out UInt128 value)
    {
        value = field.Get(ref Value);
        return field.Get(ref Mask) == field.AllOnes;
    }

    public bool Matches(ref OpenFlowKey key) => OpenFlowKey.Matches(ref key, ref Mask, ref Value);

    /// <summary>
    /// True when every packet of <paramref name="narrower"/> is also one of this (OVS: loose comparison of <c>del-flows</c>).
    /// </summary>
    public bool Covers(Match narrower)
    {
        OpenFlowKey.And(ref narrower.Mask, ref Mask, out var common);
        return common.Equals(Mask) && OpenFlowKey.Matches(ref narrower.Value, ref Mask, ref Value);
    }

    /// <summary>Is there a packet that both match?</summary>
    public bool Overlaps(Match other)
    {
        OpenFlowKey.And(ref other.Mask, ref Mask, out var common);
        OpenFlowKey.And(ref Value, ref common, out var mine);
        OpenFlowKey.And(ref other.Value, ref common, out var theirs);
        return mine.Equals(theirs);
    }

    public bool Equals(Match? other) =>
        ReferenceEquals(this, other) || other is not null && Mask.Equals(other.Mask) && Value.Equals(other.Value);

    public override bool Equals(object? obj) => Equals(obj as Match);

    public override int GetHashCode() => HashCode.Combine(Value, Mask);

    public override string ToString() => MatchText.Format(this);
}
