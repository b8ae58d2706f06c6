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

var context = new VerbContext(Terminal.OfProcess(), new GlobalOptions(), (api, token) => new HttpFabric(api, token), NodeHost.Start);
return await new FabricCommandLine(context).RunAsync(args, stop.Token);

void Stop(PosixSignalContext signal)
{
    var ofTerminal = signal.Signal is PosixSignal.SIGINT or PosixSignal.SIGHUP;
    signal.Cancel = (ofTerminal && obeysParent) || !stop.IsCancellationRequested;
    if (!(ofTerminal && obeysParent)) _ = Task.Run(stop.Cancel);
}
