using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Fabric.Bench.Nic;

namespace Fabric.Bench;

/// <summary>Sends frames of the lookup loads on a device from a packet socket, and counts what another device receives meanwhile.</summary>
internal static partial class PacketSender
{
    public const string Part = "packet-sender";

    private const int PacketFamily = 17;
    private const int RawSocket = 3;
    private const int Batch = 32;

    /// <summary>
    /// For each line of the input, a number of seconds: sends for so long, and tells the frames received a second.
    /// </summary>
    /// <param name="arguments">Device to send on, device to count at, number of flows.</param>
    public static void Run(string[] arguments, TextWriter output)
    {
        var (counter, flowCount) = ($"/sys/class/net/{arguments[1]}/statistics/rx_packets", Number(arguments[2]));
        var index = Number(File.ReadAllText($"/sys/class/net/{arguments[0]}/ifindex"));
        var socket = Open(PacketFamily, RawSocket, 0);
        var address = new LinkAddress { Family = PacketFamily, Index = index };
        if (socket < 0 || Bind(socket, ref address, Marshal.SizeOf<LinkAddress>()) != 0) throw new PeerException("no packet socket");
        var frame = new byte[LoadFrames.Size];
        LoadFrames.WriteTemplate(frame);
        output.WriteLine("ready");
        output.Flush();
        while (Console.ReadLine() is { } line)
        {
            var time = TimeSpan.FromSeconds(double.Parse(line, CultureInfo.InvariantCulture));
            var (before, watch, flow) = (Number(File.ReadAllText(counter)), Stopwatch.StartNew(), 0);
            while (watch.Elapsed < time)
            {
                for (var i = 0; i < Batch; i++)
                {
                    LoadFrames.Write(frame, (uint)(flow = (flow + 1) % flowCount), 1);
                    _ = Send(socket, frame, frame.Length, 0);
                }
            }

            var rate = (Number(File.ReadAllText(counter)) - before) / watch.Elapsed.TotalSeconds;
            output.WriteLine(rate.ToString(CultureInfo.InvariantCulture));
            output.Flush();
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Linux <c>sockaddr_ll</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 20)]
    private struct LinkAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Index;
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int Bind(int socket, ref LinkAddress address, int size);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, byte[] bytes, nint size, int flags);
}
