using System.Collections.Frozen;

namespace Fabric.OpenFlow;

/// <summary>
/// Names and numbers of errors. Before OpenFlow 1.2, extension errors travel with vendor, type and code; from 1.2 on, with vendor and type
/// alone.
/// </summary>
public static class OpenFlowErrors
{
    /// <summary>The vendor of errors that the specification itself defines.</summary>
    public const uint StandardVendor = 0;
    public const uint NiciraVendor = 0x00002320;
    public const uint OnfVendor = 0x4f4e4600;

    private static readonly int VersionCount = (int)OpenFlowVersion.V15 + 1;
    private static readonly FrozenDictionary<OpenFlowError, OpenFlowErrorTable.ErrorRow> ByError =
        OpenFlowErrorTable.Rows.ToFrozenDictionary(r => r.Error);
    private static readonly FrozenDictionary<string, OpenFlowError> ByName =
        OpenFlowErrorTable.Rows.ToFrozenDictionary(r => r.Name, r => r.Error);
    private static readonly FrozenDictionary<(uint Vendor, ushort Type, ushort Code), OpenFlowError>[] ByNumber = Index();

    /// <summary>Every error but <see cref="OpenFlowError.None"/>, in the order of the enumeration.</summary>
    public static IEnumerable<OpenFlowError> All => OpenFlowErrorTable.Rows.Select(r => r.Error);

    /// <summary>What OVS prints, for example <c>OFPBAC_BAD_OUT_GROUP</c>.</summary>
    public static string NameOf(OpenFlowError error) => ByError.TryGetValue(error, out var row) ? row.Name : "<invalid>";

    public static bool TryFind(string name, out OpenFlowError error) => ByName.TryGetValue(name, out error);

    /// <summary>
    /// Where <paramref name="version"/> puts the error; false when it has no place for it (then
    /// <see cref="OpenFlowError.NxbrcUnencodableError"/> is sent). From 1.2 on, an extension error's code is 0 and not sent.
    /// </summary>
    public static bool TryEncode(OpenFlowError error, OpenFlowVersion version, out uint vendor, out ushort type, out ushort code)
    {
        (vendor, type, code) = (0, 0, 0);
        if (!ByError.TryGetValue(error, out var row)) return false;
        foreach (var place in row.Places)
        {
            if (version < place.First || version > place.Last) continue;
            (vendor, type, code) = (place.Vendor, place.Type, place.Code);
            return true;
        }

        return false;
    }

    /// <summary>
    /// The error that <paramref name="version"/> puts there. Where an early version has one number for two errors it is the first of them.
    /// </summary>
    public static bool TryFind(OpenFlowVersion version, uint vendor, ushort type, ushort code, out OpenFlowError error) =>
        ByNumber[(int)version].TryGetValue((vendor, type, code), out error);

    private static FrozenDictionary<(uint Vendor, ushort Type, ushort Code), OpenFlowError>[] Index()
    {
        var index = new FrozenDictionary<(uint, ushort, ushort), OpenFlowError>[VersionCount];
        for (var v = 0; v < VersionCount; v++)
        {
            var numbers = new Dictionary<(uint, ushort, ushort), OpenFlowError>();
            foreach (var row in OpenFlowErrorTable.Rows)
                if (TryEncode(row.Error, (OpenFlowVersion)v, out var vendor, out var type, out var code))
                    numbers.TryAdd((vendor, type, code), row.Error);
            index[v] = numbers.ToFrozenDictionary();
        }

        return index;
    }
}
