namespace Fabric.OpenFlow;

/// <param name="Actions">Bit n is action number n of OpenFlow 1.3: 0 output … 25 set_field, 28 copy_field.</param>
public sealed record TableActionFeatures(uint Actions, FieldSet SetFields)
{
    public static TableActionFeatures None { get; } = new(0, FieldSet.None);
}
