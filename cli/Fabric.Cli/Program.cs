using System.Runtime.InteropServices;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Verbs;

// Ctrl-C and SIGTERM ask the running verb to finish; a second one is left to the system and kills.
var obeysParent = args.Contains(NodeVerb.UntilInputEnds);
using var stop = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

// The terminal is the command's alone: libraries that write to the console, as the actor system does at its end, write nowhere.
var terminal = Terminal.OfProcess();
Console.SetOut(TextWriter.Null);

var context = new VerbContext(terminal, new GlobalOptions(), (api, token) => new HttpFabric(api, token), NodeHost.Start);
return await new FabricCommandLine(context).RunAsync(args, stop.Token);

void Stop(PosixSignalContext signal)
{
    var ofTerminal = signal.Signal is PosixSignal.SIGINT or PosixSignal.SIGHUP;
    signal.Cancel = (ofTerminal && obeysParent) || !stop.IsCancellationRequested;
    if (!(ofTerminal && obeysParent)) _ = Task.Run(stop.Cancel);
}
