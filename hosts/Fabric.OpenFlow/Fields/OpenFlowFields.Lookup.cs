using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Fabric.OpenFlow;

/// <summary>Finding fields, by name and by code.</summary>
public static partial class OpenFlowFields
{
    private static readonly Lazy<FrozenDictionary<string, OpenFlowField>> ByName = new(IndexNames);
    private static readonly Lazy<OpenFlowField?[][]> ByCode = new(IndexCodes);

    /// <summary>Finds a field by its name, an alias, or its NXM or OXM name, in any case of letters.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out OpenFlowField? field) => ByName.Value.TryGetValue(name, out field);

    /// <summary>Finds a field by its code on the wire.</summary>
    /// <param name="vendor">0 but for the experimenter class.</param>
    /// <param name="id">0 to 127.</param>
    public static bool TryFind(uint vendor, ushort fieldClass, int id, [NotNullWhen(true)] out OpenFlowField? field)
    {
        var group = GroupOf(vendor, fieldClass);
        field = group < 0 ? null : ByCode.Value[group][id];
        return field is not null;
    }

    private static int GroupOf(uint vendor, ushort fieldClass) => fieldClass switch
    {
        FieldCode.Nxm0 => 0,
        FieldCode.Nxm1 => 1,
        FieldCode.Basic => 2,
        FieldCode.PacketRegisters => 3,
        FieldCode.Ericsson => 4,
        FieldCode.ExperimenterClass when vendor == OpenFlowErrors.NiciraVendor => 5,
        FieldCode.ExperimenterClass when vendor == OpenFlowErrors.OnfVendor => 6,
        _ => -1,
    };

    private static OpenFlowField?[][] IndexCodes()
    {
        var index = new OpenFlowField?[7][];
        for (var i = 0; i < index.Length; i++) index[i] = new OpenFlowField?[128];
        foreach (var field in Fields)
            foreach (var code in field.Codes) index[GroupOf(code.Vendor, code.Class)][code.Id] = field;
        return index;
    }

    private static FrozenDictionary<string, OpenFlowField> IndexNames()
    {
        var index = new Dictionary<string, OpenFlowField>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in Fields)
        {
            index[field.Name] = field;
            foreach (var name in field.Aliases) index[name] = field;
            foreach (var name in field.ExtendedNames) index[name] = field;
        }

        return index.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
