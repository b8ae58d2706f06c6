using System.Diagnostics;
using System.Globalization;

namespace Fabric.Actors;

/// <summary>
/// What ovs-vswitchd tells of its host in <c>Open_vSwitch.statistics</c> (vswitchd/system-stats.c). The host of an emulated server is the
/// machine that runs it.
/// </summary>
internal static class HostStatistics
{
    public static IReadOnlyDictionary<string, string> Read()
    {
        var statistics = new Dictionary<string, string>
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        };
        if (TryRead("/proc/loadavg") is { } load) statistics["load_average"] = string.Join(',', load.Split(' ').Take(3));
        if (TryRead("/proc/meminfo") is { } memory) statistics["memory"] = Memory(memory);
        using var self = Process.GetCurrentProcess();
        var upMs = (long)(DateTime.Now - self.StartTime).TotalMilliseconds;
        var cpuMs = (long)self.TotalProcessorTime.TotalMilliseconds;
        var core = Thread.GetCurrentProcessorId();
        // Kilobytes of address space and of memory, ms of processor time, crashes, ms since the first start and since the last, processor.
        statistics["process_ovs-vswitchd"] = string.Create(CultureInfo.InvariantCulture,
            $"{self.VirtualMemorySize64 / 1024},{self.WorkingSet64 / 1024},{cpuMs},0,{upMs},{upMs},{core}");
        return statistics;
    }

    /// <summary>Kilobytes: total, in use, of that caches; total of swap, in use.</summary>
    private static string Memory(string meminfo)
    {
        var values = meminfo.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).Where(p => p.Length == 2)
            .ToDictionary(p => p[0], p => long.TryParse(p[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out var kb) ? kb : 0);
        var used = values.GetValueOrDefault("MemTotal") - values.GetValueOrDefault("MemFree");
        var cached = values.GetValueOrDefault("Buffers") + values.GetValueOrDefault("Cached");
        var swap = values.GetValueOrDefault("SwapTotal");
        return string.Create(CultureInfo.InvariantCulture,
            $"{values.GetValueOrDefault("MemTotal")},{used},{cached},{swap},{swap - values.GetValueOrDefault("SwapFree")}");
    }

    private static string? TryRead(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
