namespace Fabric.OpenFlow;

/// <param name="Instructions">Bit n is instruction number n of OpenFlow 1.3: 1 goto_table … 6 meter.</param>
/// <param name="NextTables">Where goto_table may lead.</param>
public sealed record TableInstructionFeatures(
    uint Instructions, TableSet NextTables, TableActionFeatures Write, TableActionFeatures Apply)
{
    public static TableInstructionFeatures None { get; } = new(0, TableSet.None, TableActionFeatures.None, TableActionFeatures.None);
}
