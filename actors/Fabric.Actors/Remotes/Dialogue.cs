using System.Diagnostics;
using System.Net.Sockets;

namespace Fabric.Actors;

/// <summary>
/// A thread for one peer that asks, waits for the answer, and asks again, as <c>ovs-ofctl add-flows</c> does for each rule: it reads, runs
/// the owner's turn, in which the answer is sent, and reads again. Waking another thread for each of these steps takes several times as
/// long as the work. There is one only while questions come closely one after the other; when they cease, the connection is read as any
/// other.
/// </summary>
/// <remarks>
/// Where peer and dialogue are on two processors of their own, the wait for a next question is shorter than falling asleep and being woken:
/// so it looks again for a moment, leaving the processor to whoever wants it, and sleeps when that has not paid.
/// </remarks>
internal sealed class Dialogue
{
    /// <summary>Of a wait that a sleep would not make shorter.</summary>
    private const int MaxLookUs = 50;

    /// <summary>After which the peer is held to have fallen silent.</summary>
    private const int SilenceMs = 20;

    private const int StackSize = 512 * 1024;

    private static readonly int MaxCount = Environment.ProcessorCount;
    private static int _count;

    private readonly object _gate = new();
    private readonly Socket _socket;
    private readonly IDialogueOwner _owner;
    private byte[]? _wanted;
    private bool _isWaiting;
    private bool _isOver;
    private long _lookTicks = Ticks(MaxLookUs);

    private Dialogue(IDialogueOwner owner, Socket socket, byte[] buffer) => (_owner, _socket, _wanted) = (owner, socket, buffer);

    /// <summary>Dialogues of this process.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>Null when there are as many as there can be.</summary>
    public static Dialogue? TryBegin(IDialogueOwner owner, Socket socket, byte[] buffer)
    {
        if (Interlocked.Increment(ref _count) > MaxCount)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var dialogue = new Dialogue(owner, socket, buffer);
        new Thread(dialogue.Run, StackSize) { IsBackground = true, Name = "fabric-dialogue" }.Start();
        return dialogue;
    }

    /// <summary>False when it is over.</summary>
    public bool TryWant(byte[] buffer)
    {
        lock (_gate)
        {
            if (_isOver) return false;
            _wanted = buffer;
            if (_isWaiting) Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Run()
    {
        DirectTurns.RunHere();
        try
        {
            while (TakeWanted() is { } buffer)
            {
                if (Read(buffer, out var error) is { } size)
                {
                    _owner.Came(size, error);
                    continue;
                }

                lock (_gate) _isOver = true;
                _owner.FellSilent(buffer);
                return;
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed by its owner, who expects nothing more.
        }
        catch (SocketException failure)
        {
            _owner.Came(0, failure.SocketErrorCode);
        }
        finally
        {
            lock (_gate) _isOver = true;
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Null when the owner does not want to read for now.</summary>
    private byte[]? TakeWanted()
    {
        lock (_gate)
        {
            if (_wanted is null)
            {
                // The turn waits or runs on another thread.
                _isWaiting = true;
                Monitor.Wait(_gate, SilenceMs);
                _isWaiting = false;
            }

            var wanted = _wanted;
            (_wanted, _isOver) = (null, wanted is null);
            return wanted;
        }
    }

    /// <summary>Null for silence.</summary>
    private int? Read(byte[] buffer, out SocketError error)
    {
        var begun = Stopwatch.GetTimestamp();
        var size = 0;
        do
        {
            size = _socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out error);
            if (error != SocketError.WouldBlock) return size;
            Thread.Yield();
        }
        while (Stopwatch.GetTimestamp() - begun < _lookTicks);
        if (!_socket.Poll(1_000 * SilenceMs, SelectMode.SelectRead)) return null;
        // Had it looked a little longer, it would have seen it come.
        _lookTicks = Stopwatch.GetTimestamp() - begun < Ticks(2 * MaxLookUs) ? Ticks(MaxLookUs) : _lookTicks / 2;
        return _socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out error);
    }

    private static long Ticks(int us) => us * Stopwatch.Frequency / 1_000_000;
}
