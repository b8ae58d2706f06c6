namespace Fabric.Bench;

/// <summary>Whether a peer can run on this machine.</summary>
internal static class Installed
{
    /// <returns>Null if all files are there.</returns>
    public static string? WhyMissing(string package, params string[] files) =>
        files.All(file => Directory.EnumerateFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file)).Any())
            ? null
            : $"{package} is not installed";

    /// <returns>Null for root, which devices and processor sets want.</returns>
    public static string? WhyNotRoot => Environment.IsPrivilegedProcess ? null : "wants root";
}
