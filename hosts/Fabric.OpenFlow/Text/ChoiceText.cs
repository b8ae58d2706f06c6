namespace Fabric.OpenFlow;

/// <summary>The words of <c>multipath</c> and <c>bundle</c>.</summary>
internal static class ChoiceText
{
    private static readonly string[] FieldNames =
        ["eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp", "nw_src", "nw_dst", "symmetric_l3"];
    private static readonly string[] MultipathNames = ["modulo_n", "hash_threshold", "hrw", "iter_hash"];
    private static readonly string[] BundleNames = ["active_backup", "hrw"];

    public static string NameOf(HashFields fields) => FieldNames[(int)fields];

    public static string NameOf(MultipathAlgorithm algorithm) => MultipathNames[(int)algorithm];

    public static string NameOf(BundleAlgorithm algorithm) => BundleNames[(int)algorithm];

    public static bool TryFields(string text, out HashFields fields, ref string? problem)
    {
        var ok = Find(FieldNames, text, out var index, ref problem);
        fields = (HashFields)index;
        return ok;
    }

    public static bool TryMultipath(string text, out MultipathAlgorithm algorithm, ref string? problem)
    {
        var ok = Find(MultipathNames, text, out var index, ref problem);
        algorithm = (MultipathAlgorithm)index;
        return ok;
    }

    public static bool TryBundle(string text, out BundleAlgorithm algorithm, ref string? problem)
    {
        var ok = Find(BundleNames, text, out var index, ref problem);
        algorithm = (BundleAlgorithm)index;
        return ok;
    }

    private static bool Find(string[] names, string text, out int index, ref string? problem)
    {
        index = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index >= 0) return true;
        problem = $"'{text}' is not one of {string.Join(", ", names)}";
        return false;
    }
}
